/** Function components: plain functions with typed props that return content. @module */
export { asyncResult, type AsyncSlots } from "./async-result.js";
export type { AsyncResult } from "./async-result.js";
export type { Attributes, AttributeValue, Binding } from "./attributes.js";
export { dynamicTag, type DynamicTagProps, type ForbiddenTag } from "./dynamic-tag.js";
export { flashGroup, type FlashGroupProps } from "./flash-group.js";
export { focusWrap, type FocusWrapProps } from "./focus-wrap.js";
export { formTag, type FormProps } from "./form.js";
export { Form, formState, toForm, type FormOptions, type NestedForm, type Submitted } from "./form-data.js";
export type { Field, FieldPath, FormIssue, ListPath, NestedFields, NestedKey, ValueAt } from "./form-types.js";
export { formParams, isRecord, withEmptyLists } from "./form-values.js";
export { intersperse } from "./intersperse.js";
export { link, type HrefLink, type LinkAttributes, type NavigateLink, type PatchLink, type PostLink } from "./link.js";
export { liveTitle, type LiveTitleProps } from "./live-title.js";
export { portal, type PortalProps } from "./portal.js";
export { Shapes } from "./shapes.js";
