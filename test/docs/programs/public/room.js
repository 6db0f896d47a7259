// room.js
import { Presence, Socket } from "phoenix";

const socket = new Socket("/socket", { params: { name: "ann" } });
socket.connect();

const room = socket.channel("room:hall", { history: 20 });
room.on("said", ({ by, text }) => console.log(`${by}: ${text}`));
new Presence(room).onSync(() => console.log("somebody came or left"));
room.join()
  .receive("ok", ({ last }) => console.log(last))
  .receive("error", (reason) => console.log("not let in", reason));

room.push("say", { text: "Good evening" }).receive("ok", ({ number }) => console.log(`message ${number}`));
