// public/hooks.js
export default {
  LocalTime: {
    mounted() {
      this.show();
    },
    updated() {
      this.show();
    },
    show() {
      this.el.textContent = new Date(this.el.dateTime).toLocaleTimeString();
    },
  },

  Sortable: {
    mounted() {
      this.el.addEventListener("keydown", async (event) => {
        const item = event.target.closest("li");
        if (event.key !== "ArrowUp" || item?.previousElementSibling == null) return;
        item.previousElementSibling.before(item);
        item.focus();
        const order = [...this.el.children].map((each) => Number(each.dataset.id));
        const { saved } = await this.pushEvent("reorder", { order });
        this.el.title = `${saved} saved`;
      });
      this.handleEvent("highlight", ({ id }) => this.el.querySelector(`[data-id="${id}"]`)?.focus());
    },
  },
};
