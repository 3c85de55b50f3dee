import type english from "./dial.en";
import type { Translated } from "./language";

const texts: Translated<typeof english> = {
  title: "Звонок клиенту",
  code: "Код {{code}}",
  noCode: "В ссылке нет короткого кода клиента. Код — несколько цифр, например 71734; по номерам из ссылок звонки не делаются.",
  nobody: "Среди доступных вам клиентов такого кода нет. Клиент может быть закреплён за другим, или в коде опечатка.",
  unnamed: "Без имени",
  mayNot: "Ваша роль не позволяет звонить клиентам.",
  call: "Позвонить клиенту с кодом {{code}}",
  atOnce: "Звонить сразу, когда это окно открыто кнопкой на {{site}}",
  close: "Закрыть окно",
  register: "Открывать ссылки callward здесь",
};

export default texts;
