import { clientHook } from "holdfast/client";
import { Quote } from "../pages/hooks/quote.js";

/** The browser's side: only the browser knows which part of a text is selected. */
export default clientHook(Quote, {
  mounted() {
    const text = this.el.querySelector("textarea")!;
    const said = this.el.querySelector("output")!;
    this.el.querySelector("button")!.addEventListener("click", async () => {
      const reply = await this.pushEvent("quote", { start: text.selectionStart, end: text.selectionEnd });
      said.textContent = "number" in reply ? `This is quote ${reply.number}.` : reply.refused;
    });
    this.handleEvent("show", ({ start, end }) => {
      text.focus();
      text.setSelectionRange(start, end);
    });
  },
});
