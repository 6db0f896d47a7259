export const Chart = {
  mounted(this: { readonly el: HTMLElement }): void {
    this.el.title = "A chart";
  },
};
