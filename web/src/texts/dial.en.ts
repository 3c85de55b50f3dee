/** Texts of the small window that calls by a short code. */
const texts = {
  title: "Call a client",
  code: "Code {{code}}",
  noCode: "The link holds no short code of a client. A code is a few digits, such as 71734; phone numbers are not called from links.",
  nobody: "No client of yours has this code. He may be another’s, or the code was mistyped.",
  unnamed: "No name",
  mayNot: "Your role may not call clients.",
  call: "Call the client with code {{code}}",
  atOnce: "Call at once when a button on {{site}} opens this window",
  close: "Close the window",
  register: "Open callward links here",
};

export default texts;
