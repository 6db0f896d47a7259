/** The place of what is in no roster. */
export const OUTSIDE = -1;

/** What may be in a roster; in one at a time. */
export interface Member {
  /** Its place there, or `OUTSIDE`. Only the roster writes it. */
  place: number;
}

/** From how many on the places of those who have left are closed up. */
const CLOSES_UP = 16;

/**
 * A Set for what comes and goes: each member knows its place. Members keep their order.
 *
 * @example
 * const sockets = new Roster<Socket>();
 * sockets.add(socket);
 * sockets.forEach((each) => each.close());
 * sockets.delete(socket); // true
 */
export class Roster<T extends Member> {
  #members: (T | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has({ place }: T): boolean {
    return place !== OUTSIDE;
  }

  /** Does nothing if it is already there. */
  add(member: T): void {
    if (member.place !== OUTSIDE) return;
    member.place = this.#members.length;
    this.#members.push(member);
    this.#size++;
  }

  /** Returns whether it was there. */
  delete(member: T): boolean {
    if (member.place === OUTSIDE) return false;
    this.#members[member.place] = undefined;
    member.place = OUTSIDE;
    this.#size--;
    if (this.#members.length >= CLOSES_UP && this.#size <= this.#members.length / 2) this.#closeUp();
    return true;
  }

  /**
   * Visits all members in the order in which they came. One that leaves before its turn is not visited, and one that comes meanwhile
   * neither.
   */
  forEach(visit: (member: T) => void): void {
    // Closing up makes another array, and members are added behind those that are visited.
    const members = this.#members;
    const { length } = members;
    for (let at = 0; at < length; at++) {
      const member = members[at];
      if (member !== undefined && member.place !== OUTSIDE) visit(member);
    }
  }

  /** All members in the order in which they came. */
  toArray(): T[] {
    return this.#members.filter((member) => member !== undefined);
  }

  #closeUp(): void {
    this.#members = this.toArray();
    for (let at = 0; at < this.#members.length; at++) this.#members[at]!.place = at;
  }
}
