import type { Translated } from "./language";
import type english from "./tasks.en";

const texts: Translated<typeof english> = {
  title: "Задачи",
  state: {
    label: "Какие",
    open: "Открытые",
    overdue: "Просроченные",
    closed: "Сделанные",
  },
  whose: {
    label: "Чьи",
    mine: "Мои",
    group: "Группы",
    all: "Все",
    of: "{{person}} и группа",
  },
  due: {
    label: "К какому сроку",
    today: "Сегодня",
    tomorrow: "Завтра",
    week: "Через неделю",
  },
  column: {
    what: "Что",
    client: "Клиент",
    whose: "Чья",
    due: "Срок",
    made: "Поставлена",
    done: "Сделана",
  },
  callback: "Перезвонить: звонок пропущен",
  closedBy: "Разговор состоялся: {{person}}",
  done: "Сделано",
  reopen: "Открыть снова",
  overdue: "просрочено",
  none: "Пропущенный звонок ставит задачу сам; остальные ставятся на карточке клиента.",
  noneFound: "Таких задач нет.",
  form: {
    what: "Что сделать",
    due: "Срок",
    whose: "Чья задача",
    save: "Поставить задачу",
    giveUp: "Не ставить",
  },
  home: {
    title: "Сегодня",
    missed: "Перезвонить",
    missedNone: "Всем пропущенным уже перезвонили.",
    today: "Дела на сегодня",
    todayNone: "На сегодня дел нет.",
    recent: "Последние звонки",
    recentNone: "Здесь будут ваши звонки.",
    questions: "Вопросы к вам",
    asked: "Спрашивает {{person}}:",
    whatCame: "чем закончился этот звонок?",
    answer: "Ответить",
    answerHint: "Что вышло из звонка или почему ничего не записано",
    all: "Все",
    newCaller: "новый абонент",
    hidden: "личный клиент",
  },
};

export default texts;
