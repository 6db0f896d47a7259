import { resolved } from "./constants.js";
import { bare, keyOf } from "./nodes.js";
import type { ESTree, Node } from "./parser.js";
import type { Findings } from "./problem.js";
import type { SourceFile } from "./source-file.js";

/** What a schema's library calls the types that no text is, and how it reads one from text. */
interface Library {
  readonly textless: Readonly<Record<string, string>>;
  /** Functions whose first argument is an object of fields. */
  readonly objects: ReadonlySet<string>;
  /** Functions that take what their first argument takes. */
  readonly wrappers: ReadonlySet<string>;
  /** Methods that leave what a schema takes as it is. Any other may take text, or nothing. */
  readonly methods: ReadonlySet<string>;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));
const SCHEMA_OF_BOXES = "form(toStandardJsonSchema(schema)), of @valibot/to-json-schema";

const LIBRARIES: ReadonlyMap<string, Library> = new Map<string, Library>([
  ["zod", {
    textless: { number: "z.coerce.number()", int: "z.coerce.number().int()", bigint: "z.coerce.bigint()", date: "z.coerce.date()" },
    objects: words("object strictObject looseObject"),
    wrappers: words("array"),
    methods: words(
      "refine superRefine check describe meta brand readonly strict strip passthrough int min max gt gte lt lte positive negative "
        + "nonnegative nonpositive multipleOf step finite safe array length nonempty",
    ),
  }],
  ["valibot", {
    textless: {
      number: "v.pipe(v.string(), v.transform(Number), v.number())", bigint: "v.pipe(v.string(), v.transform(BigInt))",
      date: "v.pipe(v.string(), v.transform((text) => new Date(text)), v.date())", boolean: SCHEMA_OF_BOXES,
    },
    objects: words("object strictObject looseObject"),
    wrappers: words("array pipe"),
    methods: new Set<string>(),
  }],
]);

/**
 * Fields that are never valid: a browser sends text, and their schema takes none. Types cannot say it: in a generic function a
 * schema's input is not known, and such a function must still compile.
 */
export function unreadableFields(file: SourceFile, findings: Findings): void {
  for (const node of file.nodes.all) {
    if (node.type !== "CallExpression" || file.imports.ofHoldfast(node.callee) !== "form" || node.arguments[0] === undefined) continue;
    const given = resolved(node.arguments[0], file);
    // A schema that says where its booleans are reads check boxes.
    const wrapped = given.type === "CallExpression" && given.callee.type === "Identifier" && given.callee.name === "toStandardJsonSchema"
      ? given.arguments[0] : undefined;
    for (const { name, at, fix } of textless(wrapped ?? given, file, wrapped !== undefined)) {
      findings.inCode(file, "field_unreadable", at.start, {
        what: `The field "${name}" is never valid: browsers send text, and its schema takes none.`, fix: `write ${fix}`,
      });
    }
  }
}

interface Unreadable {
  readonly name: string;
  readonly at: Node;
  readonly fix: string;
}

/** The required fields of an object's schema that take no text. */
function textless(node: Node, file: SourceFile, saysBooleans: boolean): Unreadable[] {
  const schema = builtBy(node, file);
  if (schema === undefined) return [];
  const { library, call, name } = schema;
  const [first] = call.arguments;
  if (first === undefined) return [];
  if (library.wrappers.has(name)) return textless(first, file, saysBooleans);
  const shape = library.objects.has(name) ? resolved(first, file) : undefined;
  if (shape?.type !== "ObjectExpression") return [];
  return shape.properties.flatMap((property) => {
    const field = property.type === "Property" ? keyOf(property) : undefined;
    if (property.type !== "Property" || field === undefined) return [];
    const fix = fixOf(property.value, file, saysBooleans);
    return fix === undefined ? textless(property.value, file, saysBooleans) : [{ name: field, at: property, fix }];
  });
}

/** How a field's schema would read text, if it takes none. */
function fixOf(node: Node, file: SourceFile, saysBooleans: boolean): string | undefined {
  const schema = builtBy(node, file);
  if (schema === undefined) return undefined;
  const { library, call, name } = schema;
  const [first] = call.arguments;
  if (library.wrappers.has(name) && first !== undefined) return fixOf(first, file, saysBooleans);
  if (saysBooleans && name === "boolean") return undefined;
  return Object.hasOwn(library.textless, name) ? library.textless[name] : undefined;
}

/** The library's function that a schema begins with: `number` of `z.number().int().min(1)`. */
function builtBy(
  node: Node, file: SourceFile,
): { readonly library: Library; readonly call: ESTree.CallExpression; readonly name: string } | undefined {
  let call = resolved(node, file);
  const methods: string[] = [];
  for (;;) {
    if (call.type !== "CallExpression" || call.callee.type !== "MemberExpression") return undefined;
    const name = keyOf(call.callee);
    const object = bare(call.callee.object);
    if (name === undefined) return undefined;
    if (object.type !== "Identifier") {
      methods.push(name);
      call = object;
      continue;
    }
    const library = LIBRARIES.get(file.imports.moduleOf(object.name) ?? "");
    return library !== undefined && methods.every((method) => library.methods.has(method)) ? { library, call, name } : undefined;
  }
}
