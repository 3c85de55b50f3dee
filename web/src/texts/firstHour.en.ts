/** The page that leads through an empty installation. */
const texts = {
  title: "First hour",
  intro: "Five steps from an empty installation to a call without a number. Callward checks each of them itself.",
  ready: "All five steps are done: calls are captured, managers call without seeing numbers.",
  toLive: "To the calls that run now",
  progress: "{{done, number}} of {{count, number}}",
  state: {
    done: "done",
    now: "now",
    later: "later",
    unknown: "…",
  },
  number: {
    title: "The company's number and the link to Asterisk",
    has: "Calls to {{numbers}} are the company's.",
    todo: "Write the company's numbers into the settings file ([company] numbers) and start Callward anew; or do: callward init.",
    away: "Not connected: {{pbx}}.",
    health: "What is amiss",
  },
  call: {
    title: "The first call is captured",
    has: "It is in the journal.",
    open: "Open it",
    todo: "Call the company's number from any telephone. The call shows here by itself.",
    todoNumber: "Call {{number}} from any telephone. The call shows here by itself.",
    waiting: "Waiting for a call…",
  },
  manager: {
    title: "The first manager and the telephone",
    has_one: "Has a telephone and can sign in: {{names}}.",
    has_other: "Have telephones and can sign in: {{names}}.",
    todo: "Give a manager a password. The telephones are in the settings file ([[agents]]).",
    open: "People",
  },
  masked: {
    title: "The first call without a number",
    has: "A manager called a client by a button, and nobody saw a number.",
    todo: "Open a card and press Call: the manager's telephone rings first, then the client's.",
    open: "Clients",
  },
  fields: {
    title: "Who does not see what",
    has: "Something is hidden from: {{roles}}. Look at a card as one of them would see it.",
    todo: "Nothing is hidden from anybody. Choose what managers do not need to see.",
    open: "Fields, with a preview",
  },
};

export default texts;
