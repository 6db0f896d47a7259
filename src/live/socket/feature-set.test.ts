import { expect, it } from "vitest";
import { FeatureSet } from "./feature-set.js";
import { Feature } from "./owner.js";

class Quiet extends Feature {}
class Adds extends Feature {
  override addTo(): boolean {
    return true;
  }
}
class Later extends Adds {
  override get submitsLater(): boolean {
    return true;
  }
}

it("says which features take part in what, those that inherit it included", () => {
  const set = FeatureSet.none.with(Quiet).with(Adds).with(Later);
  expect(set.takingPart).toEqual({ flushed: [], afterRender: [], addTo: [1, 2], mustSend: [], submitsLater: [2], open: [] });
  expect([Quiet, Adds, Later].map((kind) => set.placeOf(kind))).toEqual([0, 1, 2]);
  expect(FeatureSet.none.with(Quiet).placeOf(Adds)).toBe(-1);
});

it("is one for all owners that have used the same features in the same order", () => {
  expect(FeatureSet.none.with(Quiet).with(Adds)).toBe(FeatureSet.none.with(Quiet).with(Adds));
  expect(FeatureSet.none.with(Adds).with(Quiet)).not.toBe(FeatureSet.none.with(Quiet).with(Adds));
});
