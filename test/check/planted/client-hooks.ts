export class Opener {
  declare pushEvent: (name: string, payload: object) => void;

  mounted(): void {
    this.pushEvent("openPost", {});
    this.pushEvent("opnePost", {}); // expect: event_unknown
  }
}

const count = 1; // holdfast-ignore imge_without_alt: a rule that does not exist, expect: ignore_invalid
export const total = count + 1;
