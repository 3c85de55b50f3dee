import base from "./admin/base.ru";
import type en from "./admin.en";
import decided from "./admin/decided.ru";
import guard from "./admin/guard.ru";
import machine from "./admin/machine.ru";
import people from "./admin/people.ru";
import policy from "./admin/policy.ru";
import type { Translated } from "./language";

const texts: Translated<typeof en> = {
  sections: "Что настраивать",
  group: {
    people: "Люди",
    guard: "Защита",
    base: "База",
    calls: "Звонки",
    machine: "Сервер",
  },
  section: {
    people: "Сотрудники",
    roles: "Роли",
    departments: "Отделы",
    fields: "Скрытые поля",
    places: "Откуда входить",
    "sign-in": "Вход",
    listening: "Прослушивание",
    quotas: "Квоты",
    decoys: "Приманки",
    reconciliation: "Записи после разговоров",
    audit: "Аудит",
    archive: "Архив",
    takeovers: "Передача личных",
    "own-fields": "Свои поля",
    outcomes: "Итоги разговоров",
    import: "Загрузка",
    export: "Выгрузки",
    division: "Раздел базы",
    routing: "Часы и приём звонков",
    "call-rules": "Объявления и лимиты",
    machine: "Все настройки",
    health: "Состояние",
  },
  save: "Сохранить",
  saved: "Сохранено",
  done: "Готово",
  giveUp: "Отменить",
  close: "Закрыть",
  yes: "да",
  no: "нет",
  nameless: "Без имени",
  noneFound: "Никого не нашлось",
  ...people,
  ...guard,
  ...base,
  ...policy,
  ...machine,
  ...decided,
};

export default texts;
