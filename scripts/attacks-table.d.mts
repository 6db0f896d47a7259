export interface CountedAttacks {
  readonly tried: number;
  readonly controls: number;
}
export interface DeclaredThreat {
  readonly id: string;
  readonly area: string;
  readonly threat: string;
  readonly defence: string;
  readonly file: string | undefined;
  /** Whether the suite counts it; otherwise a test of another folder holds it. */
  readonly counted: boolean;
}
export function threats(): DeclaredThreat[];
export function page(results: ReadonlyMap<string, CountedAttacks>): string;
export function resultsIn(text: string): Map<string, CountedAttacks>;
