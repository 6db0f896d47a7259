// The client of every page: Phoenix LiveView's own, with the gallery's hooks.
import { connect, pageHooks } from "/assets/holdfast/client.js";

const hooks = {
  // Asks the server and shows its reply, and also what the server pushes by itself.
  Asker: {
    mounted() {
      this.el.addEventListener("click", () => {
        this.pushEvent(this.el.dataset.ask, { text: this.el.dataset.text }, (reply) => this.show(JSON.stringify(reply)));
      });
      this.handleEvent("highlight", ({ text }) => this.show(text));
    },
    show(text) {
      document.querySelector(this.el.dataset.into).textContent = text;
    },
  },
};

connect({
  hooks: { ...await pageHooks((url) => import(url)), ...hooks },
  params: { language: navigator.language },
  viewTransitions: ({ to }) => new URL(to, location.href).pathname === "/navigation/transitions",
});

// `JS.dispatch` sends a DOM event, which any script may listen to.
window.addEventListener("gallery:shout", (event) => {
  event.target.textContent = event.detail.text;
});
