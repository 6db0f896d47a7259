/**
 * The component kit: typed functions that write accessible HTML. `holdfast/components.css` styles them, plain CSS with custom
 * properties.
 *
 * @module
 */
export { button, buttonClass, type ButtonKind, type ButtonProps } from "./button.js";
export { checkbox, checkboxGroup, radioGroup, type CheckboxProps, type GroupProps } from "./choices.js";
export { dropdown, type DropdownItem, type DropdownProps } from "./dropdown.js";
export { editable, type EditableProps } from "./editable.js";
export type { AnyField, ControlAttributes, FieldSource, Labelled, ListField, SingleField } from "./field.js";
export { flash, toasts, type FlashProps } from "./flash.js";
export { input, type InputProps, type InputType } from "./input.js";
export { list, type ListProps } from "./list.js";
export { closeModal, modal, openModal, type ModalProps } from "./modal.js";
export { optionsOf, optionTags, type Option, type OptionGroup, type Options } from "./options.js";
export { pagination, type PaginationProps } from "./pagination.js";
export { emptyState, skeleton, type EmptyStateProps, type SkeletonProps } from "./placeholders.js";
export { select, type SelectProps } from "./select.js";
export { table, type Column, type RowStream, type SortDirection, type Sorting, type TableProps } from "./table.js";
export { tabs, type Tab, type TabsProps } from "./tabs.js";
export { textarea, type TextareaProps } from "./textarea.js";
