/** One view's page: template, components, nested views, and what the browser has of them. @module */
export { CrashBudget } from "./crash-budget.js";
export { ComponentInstance } from "./component-instance.js";
export { standsInPage } from "./caller.js";
export { LeftPages } from "./left-pages.js";
export { liveRender, VIEW, type LiveRenderOptions } from "./live-render.js";
export { nestedElement, nestedInit, type ChildToken, type NestedPage } from "./nested-views.js";
export { Page } from "./page.js";
export type { PageContext } from "./page-context.js";
export type { PageView } from "./page-view.js";
export { StickyViews } from "./sticky-views.js";
export { eventsOf, type AnyHook, type AnyLayout, type AnyView, type Location, type Routes, type ViewInit } from "./view-init.js";
