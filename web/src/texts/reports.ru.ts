import type english from "./reports.en";
import type { Translated } from "./language";

const texts: Translated<typeof english> = {
  kinds: "Отчёты",
  kind: { hours: "Часы", people: "Менеджеры", numbers: "Номера", service: "Уровень сервиса" },
  title: {
    hours: "Звонки по часам",
    people: "Звонки по менеджерам",
    numbers: "Звонки по номерам компании",
    service: "Отвечено вовремя",
  },
  range: {
    label: "Дни",
    today: "Сегодня",
    yesterday: "Вчера",
    "7": "7 дней",
    "30": "30 дней",
    "90": "90 дней",
    own: "Свои дни",
    from: "С",
    to: "По",
  },
  file: "CSV",
  days: "{{days}} · {{zone}}",
  empty: "В эти дни звонков не было. Здесь считается каждый звонок с клиентом, когда он закончился.",
  meant:
    "Звонок относится к часу, в который он начался. Ожидание: у тех, кому ответили, — до начала разговора. Ожидание и разговор — медианы, если не сказано иное.",
  left: "больше не работает",
  column: {
    person: "Менеджер",
    number: "Номер",
    day: "День",
    inbound: "Входящих",
    answered: "Отвечено",
    missed: "Пропущено",
    outbound: "Исходящих",
    reached: "Дозвонились",
    rang: "Звонило",
    unanswered: "Никто не взял",
    waiting: "Ожидание",
    longestWaiting: "Дольше всего",
    talk: "Разговор",
    meanTalk: "В среднем",
    longestTalk: "Самый долгий",
    allTalk: "Всего",
    service: "Вовремя",
    leftEarly: "Не дождались",
  },
  hours: {
    show: "Что показывает таблица",
    measure: { inbound: "Входящие", missed: "Пропущенные", outbound: "Исходящие", waiting: "Ожидание, секунд" },
    week: "Часы недели: {{label}}",
    ofDay: "Часы дня, все дни недели вместе",
  },
  numbers: { line: "Номер {{line, number}}", former: "Прежний номер" },
  service: { within: "За сколько секунд надо ответить", suffix: " секунд" },
};

export default texts;
