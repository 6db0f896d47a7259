// Just enough of a tokenizer for TypeScript to find imports without a compiler: it knows comments, strings,
// templates and regular expressions, so that an import in an example or a string does not count as a real one.

const BEFORE_REGEX = new Set(
  "return typeof case in of delete void throw new else do await yield instanceof".split(" "),
);

/** Where a regular expression that starts at `start` ends, or -1 when this is a division. */
function regexEnd(text, start) {
  let inClass = false;
  for (let i = start + 1; i < text.length; i++) {
    const c = text[i];
    if (c === "\n") return -1;
    if (c === "\\") i++;
    else if (c === "[") inClass = true;
    else if (c === "]") inClass = false;
    else if (c === "/" && !inClass) return i + 1;
  }
  return -1;
}

/** Splits a source into `{ type: "word" | "string" | "template" | "punct", value, line }`. */
function tokenize(text) {
  const tokens = [];
  const braces = []; // for every open `${`: how many `{` are open inside it
  let line = 1;
  let i = 0;

  const skipTo = (end) => {
    for (; i < end; i++) if (text[i] === "\n") line++;
  };
  const endOr = (index, length) => (index < 0 ? text.length : index + length);
  const template = () => {
    while (i < text.length) {
      if (text[i] === "\\") skipTo(Math.min(i + 2, text.length));
      else if (text[i] === "`") return void i++;
      else if (text.startsWith("${", i)) {
        braces.push(0);
        return void (i += 2);
      } else skipTo(i + 1);
    }
  };

  while (i < text.length) {
    const c = text[i];
    const at = line;
    if (/\s/.test(c)) skipTo(i + 1);
    else if (text.startsWith("//", i)) skipTo(endOr(text.indexOf("\n", i), 0));
    else if (text.startsWith("/*", i)) skipTo(endOr(text.indexOf("*/", i + 2), 2));
    else if (c === '"' || c === "'") {
      let end = i + 1;
      while (end < text.length && text[end] !== c && text[end] !== "\n") end += text[end] === "\\" ? 2 : 1;
      tokens.push({ type: "string", value: text.slice(i + 1, end), line: at });
      skipTo(Math.min(end + 1, text.length));
    } else if (c === "`") {
      tokens.push({ type: "template", value: "`", line: at });
      i++;
      template();
    } else if (c === "}" && braces.at(-1) === 0) {
      braces.pop();
      i++;
      template();
      tokens.push({ type: "template", value: "`", line: at });
    } else if (/[\w$#\u0080-\uffff]/.test(c)) {
      const word = /^[\w$#\u0080-\uffff]+/.exec(text.slice(i, i + 256))[0];
      tokens.push({ type: "word", value: word, line: at });
      i += word.length;
    } else {
      const before = tokens.at(-1);
      const mayBeRegex =
        !before ||
        (before.type === "punct" && !")]}".includes(before.value)) ||
        (before.type === "word" && BEFORE_REGEX.has(before.value));
      const end = c === "/" && mayBeRegex ? regexEnd(text, i) : -1;
      if (end > 0) {
        tokens.push({ type: "template", value: "/", line: at });
        i = end;
        continue;
      }
      if (braces.length > 0 && c === "{") braces[braces.length - 1]++;
      if (braces.length > 0 && c === "}") braces[braces.length - 1]--;
      tokens.push({ type: "punct", value: c, line: at });
      i++;
    }
  }
  return tokens;
}

/** Whether the statement around a token declares a type, so that an `import()` in it is one. */
function inTypeDeclaration(tokens, index) {
  for (let k = index - 1; k >= 0; k--) {
    const { type, value } = tokens[k];
    if (type === "punct" && ";{}".includes(value)) return false;
    if (type === "word" && value === "type") return true;
  }
  return false;
}

/**
 * Every module that a source names: static, dynamic, type, re-exported, required.
 * `specifier` is undefined where the name is computed; `types` is true where nothing is left of it at run time; `names` are
 * those that it takes from there, "*" for all.
 */
export function importsOf(text) {
  const tokens = tokenize(text);
  const found = [];
  const is = (index, value) => tokens[index]?.value === value && tokens[index].type !== "string";
  const string = (index) => (tokens[index]?.type === "string" ? tokens[index].value : undefined);
  const from = (index, line, types) => {
    for (let k = index; k < tokens.length && !is(k, ";"); k++) {
      const specifier = is(k, "from") ? string(k + 1) : undefined;
      if (specifier !== undefined) return found.push({ specifier, line, types, names: namesBetween(tokens, index, k) });
      // `import x = require("y")` is found at its `require`
      if (is(k, "=")) return;
    }
  };

  tokens.forEach((token, k) => {
    if (token.type !== "word" || is(k - 1, ".")) return;
    const { line } = token;
    if (token.value === "import" || token.value === "require") {
      if (is(k + 1, "(")) {
        const types = is(k - 1, "typeof") || inTypeDeclaration(tokens, k);
        // A method may be called `import`: a call of it follows a dot, its definition has a body or a type.
        if (string(k + 2) !== undefined) found.push({ specifier: string(k + 2), line, types, names: ["*"] });
        else if (token.value === "import") found.push({ specifier: undefined, line, types, names: [] });
      } else if (token.value === "import") {
        // `import type from "x"` imports a value called `type`; `import { type A }` leaves `import {}`, which runs the module.
        const types = is(k + 1, "type") && !is(k + 2, "from") && !is(k + 2, ",");
        if (string(k + 1) !== undefined) found.push({ specifier: string(k + 1), line, types: false, names: [] });
        else if (!is(k + 1, ".") && !is(k + 1, ":") && !is(k + 1, ",")) from(k + 1, line, types);
      }
    } else if (token.value === "export") {
      const types = is(k + 1, "type");
      const open = types ? k + 2 : k + 1;
      if (is(open, "*")) from(open, line, types);
      else if (is(open, "{")) {
        const close = closing(tokens, open);
        if (is(close + 1, "from")) from(open, line, types);
      }
    }
  });
  return found;
}

/** The end of a list in braces. */
function closing(tokens, open) {
  return tokens.findIndex((other, at) => at > open && other.value === "}");
}

/** The lists `a, type b, c as d` between two tokens, as `[name, its name here]`. */
function listed(tokens, from, to) {
  const items = [[]];
  for (const { type, value } of tokens.slice(from, to)) {
    if (type === "punct" && ",{}".includes(value)) items.push([]);
    else items.at(-1).push(value);
  }
  return items.filter((words) => words.length > 0).map((words) => {
    const own = words[0] === "type" && words.length > 1 && words[1] !== "as" ? words.slice(1) : words;
    return [own[0], own.at(-1)];
  });
}

/** The names that an import takes: `* as all` and `* from` take everything, and a name in front of the braces the default. */
function namesBetween(tokens, from, to) {
  const own = tokens.slice(from, to);
  if (own.some(({ type, value }) => type === "punct" && value === "*")) return ["*"];
  const open = own.findIndex(({ value }) => value === "{");
  if (open < 0) return ["default"];
  const names = listed(own, open, own.length).map(([name]) => name);
  return own.slice(0, open).some(({ value }) => value !== "type") ? ["default", ...names] : names;
}

/** What stands between `export` and the name of what is declared. */
const MODIFIERS = new Set("declare abstract async const let var function * class interface type enum namespace".split(" "));

/** Every name that a source exports, with its line; nothing for `export *`. */
export function exportsOf(text) {
  const tokens = tokenize(text);
  return tokens.flatMap(({ type, value, line }, k) => {
    if (type !== "word" || value !== "export" || tokens[k - 1]?.value === ".") return [];
    let at = k + 1;
    if (tokens[at]?.value === "type" && tokens[at + 1]?.value === "{") at++;
    if (tokens[at]?.value === "{") return listed(tokens, at + 1, closing(tokens, at)).map(([, name]) => ({ name, line }));
    if (tokens[at]?.value === "default") return [{ name: "default", line }];
    while (MODIFIERS.has(tokens[at]?.value)) at++;
    return at > k + 1 && tokens[at]?.type === "word" && tokens[at].value !== "from"
      ? [{ name: tokens[at].value, line: tokens[at].line }]
      : [];
  });
}
