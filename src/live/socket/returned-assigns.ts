import { describeValue, HoldfastError, type ErrorCode } from "../../errors/index.js";
import { isPlainObject } from "../../html/index.js";
import type { Assigns, BaseAssigns } from "./types.js";

/** How what the framework assigns is set instead. */
const SETTERS: Readonly<Record<keyof BaseAssigns, string>> = {
  flash: 'socket.putFlash("info", "Saved.")', liveAction: 'live("/posts/:id/edit", EditPost, { action: "edit" })',
};

/** The name among these assigns that belongs to the framework. Every event asks. */
export function reservedIn(values: Assigns): keyof BaseAssigns | undefined {
  if (Object.hasOwn(values, "flash")) return "flash";
  return Object.hasOwn(values, "liveAction") ? "liveAction" : undefined;
}

/** @param who what sets it */
export function reservedAssign(who: string, name: keyof BaseAssigns): HoldfastError {
  return new HoldfastError("socket_misuse", {
    what: `${who} sets the assign "${name}", which belongs to the framework.`,
    expected: "another name", got: name, fix: `set it by ${SETTERS[name]}`,
  });
}

/**
 * The assigns that a mount or a hook has returned; undefined if it returned nothing. The compiler refuses what is no object of
 * assigns; a program that was not compiled would get none of them, or the fields of an instance, and show an empty page.
 *
 * @param who what returned it, for the error
 * @throws HoldfastError with this code for anything else, such as a string, a list, or a form that stands for itself
 */
export function returnedAssigns(who: string, code: ErrorCode, result: unknown): Assigns | undefined {
  if (result === undefined || result === null || result === false) return undefined;
  if (isPlainObject(result)) {
    const reserved = reservedIn(result);
    if (reserved !== undefined) throw reservedAssign(who, reserved);
    return result;
  }
  throw new HoldfastError(code, {
    what: `${who} returned no assigns.`, expected: "an object: its keys are the names of the assigns", got: describeValue(result),
    fix: "return { name: value }, or nothing",
  });
}
