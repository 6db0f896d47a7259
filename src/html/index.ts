/**
 * Templates: the tag, the scanner that gives every hole its context, and what a template renders to.
 *
 * @module
 */
export {
  COMMAND_BINDINGS, FORM_BINDINGS, runsCommandsOnly, sendsForm, takesCommands, type CommandBinding, type CommandDataAttribute,
  type OptionBinding,
} from "./bindings.js";
export { optionFault, type OptionFault } from "./option-values.js";
export { callSite } from "./call-site.js";
export { classes, type Classes, type ClassList } from "./class-list.js";
export { ClientCommand, type CommandPlace, type EventSeal, type PushedEvent } from "./command.js";
export { controlsDisabledIn, isDisabled } from "./disabled.js";
export { ATTRIBUTE_NAME, holdsMarkup, TAG_NAME, UNSAFE_TAGS, VOID_ELEMENTS, type Namespace } from "./elements.js";
export { attributeText } from "./attribute-text.js";
export { escapeHtml } from "./escape.js";
export { isRelevant, relevantHoles } from "./event-relevance.js";
export { formsIn, type FormSearch, type ShownForm } from "./form-fields.js";
export { NOTHING_LOCKED, type LockedFields, type LongText } from "./locked-fields.js";
export { bindsForm, formSeal } from "./form-seal.js";
export { assertUnique } from "./keys.js";
export { localPath } from "./local-path.js";
export type { Hole, Place, StaticBinding, TemplateElement } from "./place.js";
export { Comprehension } from "./comprehension.js";
export { ComponentCall, SafeHtml, SentOnce, StreamContent, trustedHtml, ViewCall, type StreamInsert } from "./content.js";
export {
  checkStreamContainer, Rendered, RENDERED, renderToString, startTagOf, templateIn, valueParts,
  type Content, type Embedder, type ItemSink, type TemplateValue,
} from "./rendered.js";
export { HOLE, Source } from "./source.js";
export { spread, Spread, type SpreadAttributes } from "./spread.js";
export { styles, type StyleMap, type Styles } from "./style-map.js";
export { html, keyed, memo } from "./tag.js";
export { Template } from "./template.js";
export { Tokenizer } from "./tokenizer.js";
export type { AttributeToken, StartTagToken, TextModel, TokenSink } from "./tokens.js";
export { TreeConstruction } from "./tree-construction.js";
export { isPlainObject, observeBlockedUrls } from "./values.js";
