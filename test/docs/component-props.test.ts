import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";

const KIT = new URL("../../src/component-kit/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, KIT), "utf8");
const source = readdirSync(KIT).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts")).map(read).join("\n");

/** The tables of the page, in its order: a heading, and the types whose members are its rows. */
const TABLES: readonly (readonly [heading: string, ...types: string[]])[] = [
  ["Every field", "FieldSource", "Labelled"],
  ["`input`", "InputProps"], ["`textarea`", "TextareaProps"], ["`editable`", "EditableProps"],
  ["`select`", "SelectProps"], ["An option", "Option"], ["A group of options", "OptionGroup"],
  ["`checkbox`", "CheckboxProps"], ["`checkboxGroup`, `radioGroup`", "GroupProps"],
  ["`button`", "ButtonProps"], ["`dropdown`", "DropdownProps"], ["An item of `dropdown`", "DropdownItem"], ["`modal`", "ModalProps"],
  ["`tabs`", "TabsProps"], ["A tab", "Tab"],
  ["`table`", "TableProps"], ["A column", "Column"], ["`sort`", "Sorting"],
  ["`pagination`", "PaginationProps"], ["`list`", "ListProps"],
  ["`flash`, `toasts`", "FlashProps"], ["`emptyState`", "EmptyStateProps"], ["`skeleton`", "SkeletonProps"],
];

interface Member {
  readonly name: string;
  readonly type: string;
  /** Whether it must be given; "either" if only one of several may be. */
  readonly need: "" | " *" | " *(either)*";
  readonly about: string;
}

/** The text of an exported interface or type: a blank line ends it. */
function declarationOf(type: string): string {
  const found = new RegExp(`^export (?:interface|type) ${type}\\b[^]*?\\n\\n`, "m").exec(source);
  if (found === null) throw new TypeError(`The kit has no type ${type}.`);
  return found[0];
}

/** Its members, in order; what a union's other branch excludes is none of them. */
function membersOf(owner: string): Member[] {
  const found = new Map<string, Member>();
  const declaration = declarationOf(owner);
  const member = /(?:\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*)?readonly ("?[\w-]+"?)(\?)?: ((?:\([^)]*\) => |\{[^}]*\}|[^;{}(]|\((?:[^()]|\([^)]*\))*\))+)(?:;| \})/g;
  for (const [, comment = "", name, optional, type] of declaration.matchAll(member)) {
    if (type!.trim() === "undefined" || found.has(name!)) continue;
    const need = optional !== undefined ? "" : declaration.includes(`readonly ${name!}?: undefined`) ? " *(either)*" : " *";
    found.set(name!, { name: name!, type: given(type!.trim()), need, about: comment.replaceAll(/\s*\n\s*\*\s?/g, " ").trim() });
  }
  return [...found.values()];
}

/** A type as one thinks of it: that an optional prop may be `undefined` too goes without saying. */
function given(type: string): string {
  return type.replace(/ \| undefined$/, "").replace(/^\((\(.*\) => .*)\)$/, "$1");
}

function tableOf(types: readonly string[]): string {
  const members = types.flatMap(membersOf);
  const plain = members.filter(({ type, about }) => type === "AttributeValue" && about === "");
  const rows = members.filter((each) => !plain.includes(each)).map(({ name, type, need, about }) =>
    `| \`${name}\`${need} | \`${type.replaceAll("|", "\\|")}\` | ${about.replaceAll("|", "\\|")} |`);
  const table = rows.length === 0 ? ["Those of every field."] : ["| prop | type | |", "|---|---|---|", ...rows];
  const attributes = plain.length === 0 ? [] : [`HTML attributes: ${plain.map(({ name }) => `\`${name}\``).join(", ")}.`];
  return [table.join("\n"), ...attributes].filter((part) => part !== "").join("\n\n");
}

const HEAD = `# The props of the component kit

This page is written from the types in \`src/component-kit\`, and a test compares them. \`*\` marks what must be given, *(either)* what
excludes another. Beside its props, every component takes the attributes that any element may have: \`class\`, \`title\`, \`aria-*\`,
\`data-*\` and the bindings. What the components are for, and how they fit together, is in [the component kit](components.md).

**Spacing.** Give a form, or any element around fields, the class \`hf-fields\`: it sets them below each other, \`--hf-gap\` (1rem) apart,
whatever hidden inputs stand between. Fields that follow each other directly have that gap without it.
`;

test("the page of props says what the types say", async () => {
  const page = [HEAD, ...TABLES.map(([heading, ...types]) => `## ${heading}\n\n${tableOf(types)}\n`)].join("\n");
  await expect(page).toMatchFileSnapshot("../../docs/component-props.md");
});

test("the page has every type of props that the kit exports", () => {
  const exported = [...read("index.ts").matchAll(/\btype (\w+)/g)].map(([, name]) => name!);
  expect(exported.filter((name) => name.endsWith("Props"))).not.toEqual([]);
  // What a table's row names is not a table of its own.
  const named = new Set(["AnyField", "ButtonKind", "ControlAttributes", "InputType", "ListField", "Options", "RowStream", "SingleField", "SortDirection"]);
  expect(exported.filter((name) => !named.has(name)).toSorted()).toEqual(
    TABLES.flatMap(([, ...types]) => types).filter((name) => exported.includes(name)).toSorted());
  const undocumented = TABLES.flatMap(([, ...types]) => types.flatMap(membersOf)).filter(({ type, about }) => type !== "AttributeValue" && about === "");
  expect(undocumented).toEqual([]);
});
