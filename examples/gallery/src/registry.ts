import type { GalleryPage } from "./gallery-page.js";
import { page as functions } from "./pages/components/functions.js";
import { page as liveComponents } from "./pages/components/live-components.js";
import { page as overlays } from "./pages/components/overlays.js";
import { page as places } from "./pages/components/places.js";
import { page as updates } from "./pages/components/updates.js";
import { page as crashLoop } from "./pages/errors/crash-loop.js";
import { page as crash } from "./pages/errors/crash.js";
import { page as refused } from "./pages/errors/refused.js";
import { page as bindings } from "./pages/events/bindings.js";
import { page as commands } from "./pages/events/commands.js";
import { page as flash } from "./pages/events/flash.js";
import { page as nestedForms } from "./pages/forms/nested.js";
import { page as postedForm } from "./pages/forms/posted.js";
import { page as recovery } from "./pages/forms/recovery.js";
import { page as formValues } from "./pages/forms/values.js";
import { page as attached } from "./pages/hooks/attached.js";
import { page as onMount } from "./pages/hooks/on-mount.js";
import { page as typedHook } from "./pages/hooks/typed.js";
import { page as kitButton } from "./pages/kit/button.js";
import { page as kitChoices } from "./pages/kit/choices.js";
import { page as kitDropdown } from "./pages/kit/dropdown.js";
import { page as kitEditable } from "./pages/kit/editable.js";
import { page as kitFlash } from "./pages/kit/flash.js";
import { page as kitInput } from "./pages/kit/input.js";
import { page as kitList } from "./pages/kit/list.js";
import { page as kitModal } from "./pages/kit/modal.js";
import { page as kitPagination } from "./pages/kit/pagination.js";
import { page as kitPlaceholders } from "./pages/kit/placeholders.js";
import { page as kitSelect } from "./pages/kit/select.js";
import { page as kitTable } from "./pages/kit/table.js";
import { page as kitTabs } from "./pages/kit/tabs.js";
import { page as keyed } from "./pages/lists/keyed.js";
import { page as longList } from "./pages/lists/long.js";
import { page as nestedStreams } from "./pages/lists/nested-streams.js";
import { page as streams } from "./pages/lists/streams.js";
import { page as assignAsync } from "./pages/loading/assign-async.js";
import { page as streamAsync } from "./pages/loading/stream-async.js";
import { page as tasks } from "./pages/loading/tasks.js";
import { page as mailbox } from "./pages/messages/mailbox.js";
import { page as presence } from "./pages/messages/presence.js";
import { page as pubsub } from "./pages/messages/pubsub.js";
import { page as terminate } from "./pages/messages/terminate.js";
import { page as loop } from "./pages/navigation/loop.js";
import { page as navigate } from "./pages/navigation/navigate.js";
import { page as params } from "./pages/navigation/params.js";
import { page as redirects } from "./pages/navigation/redirect.js";
import { page as scroll } from "./pages/navigation/scroll.js";
import { page as sessions } from "./pages/navigation/sessions.js";
import { page as transitions } from "./pages/navigation/transitions.js";
import { page as sticky } from "./pages/nested/sticky.js";
import { page as nestedViews } from "./pages/nested/views.js";
import { page as connection } from "./pages/page/connection.js";
import { page as container } from "./pages/page/container.js";
import { page as layouts } from "./pages/page/layouts.js";
import { page as temporary } from "./pages/page/temporary.js";
import { page as title } from "./pages/page/title.js";
import { page as auto } from "./pages/uploads/auto.js";
import { page as elsewhereUploads } from "./pages/uploads/elsewhere.js";
import { page as pictures } from "./pages/uploads/pictures.js";
import { page as several } from "./pages/uploads/several.js";

/** A group of related pages. */
export interface Chapter {
  readonly title: string;
  readonly pages: readonly GalleryPage[];
}

/** All chapters in order. Routes and navigation are derived from this list. */
export const chapters: readonly Chapter[] = [
  { title: "Live navigation", pages: [params, navigate, redirects, scroll, loop, sessions, transitions] },
  { title: "Events", pages: [bindings, commands, flash] },
  { title: "Hooks", pages: [onMount, attached, typedHook] },
  { title: "Components", pages: [functions, overlays, liveComponents, places, updates] },
  {
    title: "The component kit",
    pages: [
      kitInput, kitEditable, kitSelect, kitChoices, kitButton, kitModal, kitDropdown, kitTabs, kitTable, kitPagination,
      kitList, kitFlash, kitPlaceholders,
    ],
  },
  { title: "Views in views", pages: [nestedViews, sticky] },
  { title: "Lists", pages: [keyed, streams, nestedStreams, longList] },
  { title: "Loading", pages: [assignAsync, tasks, streamAsync] },
  { title: "Forms", pages: [formValues, nestedForms, postedForm, recovery] },
  { title: "Uploads", pages: [pictures, several, auto, elsewhereUploads] },
  { title: "Messages", pages: [mailbox, pubsub, presence, terminate] },
  { title: "The page", pages: [title, layouts, container, connection, temporary] },
  { title: "Errors", pages: [refused, crash, crashLoop] },
];

/** Every page, in the order of the chapters. */
export const pages: readonly GalleryPage[] = chapters.flatMap((chapter) => chapter.pages);

/** The page that a URL's path belongs to: its own, or one below it. */
export function pageAt(pathname: string): GalleryPage | undefined {
  return pages.find(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
}
