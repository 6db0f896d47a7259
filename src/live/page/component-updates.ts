import { HoldfastError } from "../../errors/index.js";
import type { DefinedComponent } from "../definition/index.js";
import { Stream, TemporaryAssign } from "../features/streams/index.js";
import { Redirect, returnedAssigns } from "../socket/index.js";
import type { ComponentInstance } from "./component-instance.js";

/** A component's props. */
export type Props = Readonly<Record<string, unknown>>;

/** The view whose components are updated. */
interface UpdatingView {
  mayRun(): boolean;
}

/** Mounts the components that are called for the first time, and updates those whose props changed. */
export async function updateCalled(view: UpdatingView, calls: ReadonlyMap<ComponentInstance, Props>): Promise<void> {
  const updates = new Map<DefinedComponent, ComponentInstance[]>();
  for (const [instance, props] of calls) {
    if (!view.mayRun()) return;
    const { definition, props: before } = instance;
    if (before !== undefined && sameProps(before, props)) continue;
    checkProps(definition, props);
    instance.props = props;
    instance.assign(props);
    const listening = instance.listen();
    if (listening !== undefined) {
      await listening;
      if (!view.mayRun()) return;
    }
    if (before === undefined && definition.mount !== undefined) {
      const result: unknown = await definition.mount(instance.socket, props);
      if (result instanceof Redirect) throw redirectRefused(definition);
      const assigns = returnedAssigns(`mount of the component "${definition.name}"`, "component_definition_invalid", result);
      if (assigns !== undefined) instance.assign(assigns);
    }
    const ofSame = updates.get(definition);
    if (ofSame === undefined) updates.set(definition, [instance]);
    else ofSame.push(instance);
  }
  for (const [definition, instances] of updates) {
    await updateAll(view, definition, instances.map((instance) => ({ instance, props: instance.props! })));
  }
}

/** `sendUpdate`: new props from somewhere other than the component's parent. */
export async function updateSent(view: UpdatingView, instance: ComponentInstance, props: Props): Promise<void> {
  instance.assign(props);
  await updateAll(view, instance.definition, [{ instance, props: { ...propsAssigned(instance), ...props } }]);
}

/** The props that the component's parent gives it, as they are assigned now. */
function propsAssigned({ props = {}, assigns }: ComponentInstance): Record<string, unknown> {
  return Object.fromEntries(Object.keys(props).map((name) => [name, assigns[name]]));
}

async function updateAll(
  view: UpdatingView, definition: DefinedComponent, updates: readonly { instance: ComponentInstance; props: Props }[],
): Promise<void> {
  if (!view.mayRun()) return;
  if (definition.updateMany !== undefined) {
    await definition.updateMany(updates.map(({ instance, props }) => ({ socket: instance.socket, props })));
    return;
  }
  if (definition.update === undefined) return;
  for (const { instance, props } of updates) {
    if (!view.mayRun()) return;
    await definition.update(instance.socket, props);
  }
}

function redirectRefused(definition: DefinedComponent): HoldfastError {
  return new HoldfastError("socket_misuse", {
    what: `The component "${definition.name}" redirects in its mount.`, expected: "a redirect from the view's mount, or from an event",
    fix: "decide in the view, in an on-mount hook or in authorize",
  });
}

function checkProps(definition: DefinedComponent, props: Props): void {
  const name = Object.keys(props).find((key) => props[key] instanceof Stream || props[key] instanceof TemporaryAssign);
  if (name === undefined) return;
  throw new HoldfastError("stream_misuse", {
    what: `The component "${definition.name}" is given a stream or a temporary assign as "${name}".`,
    expected: "a stream rendered by its owner: a sent item is forgotten, and a component may render later than its parent",
    fix: `mount: (socket, { items }) => ({ ${name}: stream(items) }) in the component, or render it in the parent's template`,
  });
}

function sameProps(a: Props, b: Props): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.is(a[key], b[key]) && Object.hasOwn(b, key));
}
