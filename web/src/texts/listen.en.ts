/** Texts of the strip in which one listens to a running call. */
const texts = {
  label: "You are on the call of {{who}}",
  customer: "Customer",
  manager: "Manager",
  me: "You",
  level: "{{who}}: loudness",
  modes: "How you are on the call",
  mode: {
    listen: "Listen",
    whisper: "Whisper",
    barge: "Barge in",
    takeover: "Take over",
  },
  heard: {
    listen: "Nobody hears you",
    whisper: "{{manager}} hears you, the customer does not",
    barge: "Both hear you",
    takeover: "You talk with the customer. {{manager}} is out of the call",
    muted: "Your microphone is off: nobody hears you",
    phone: "You hear the call on your phone",
  },
  somebody: "The manager",
  takeover: {
    title: "Take this call over?",
    body: "The customer goes on with you at once, without a gap. {{manager}} is out of the call, and his phone is free. There is no way back.",
    act: "Take over",
  },
  phase: {
    starting: "Connecting…",
    ringing: "Your phone rings. Answer it to hear the call",
    lost: "The connection is away. It is tried again…",
  },
  ended: {
    person: "You have left the call",
    call: "The call has ended",
    page: "The connection was away for too long",
    phone: "Your phone is out of the call",
    rights: "You may no longer hear this call",
    pbx: "The PBX has ended it",
    restart: "Callward was restarted",
  },
  also: "Also on the call: {{people}}",
  onPhone: "On my phone",
  inBrowser: "Listen here",
  mute: "Microphone off",
  unmute: "Microphone on",
  stop: "Stop",
  hangUp: "Hang up",
  again: "Try again",
  close: "Close",
  reason: {
    title: "Why do you listen to this call?",
    hint: "Your company asks for a reason. It stays with the call.",
    go: "Go on",
  },
  noMicrophone: {
    refused:
      "Your browser does not let this page use the microphone, so you only listen. Allow it in the address bar and choose the mode again, or take your phone.",
    none: "No microphone was found, so you only listen. Plug one in and choose the mode again, or take your phone.",
  },
  old: "This browser cannot play a call. Use a newer one, or listen on your phone.",
};

export default texts;
