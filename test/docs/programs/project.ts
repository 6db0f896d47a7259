// The programs of the guide to a project's surroundings: a database, and languages; test/docs/project.test.ts uses them.
import { createClient } from "@libsql/client";
import { createPubSub, csrfField, html, liveSession, liveView, NotFound, onMount, sessionOf, topic, type EndpointOptions } from "holdfast";
import { z } from "zod";

export const pubsub = createPubSub();
export const database = createClient({ url: "file::memory:" });

// #region context
const Note = z.object({ id: z.number(), title: z.string() });
type Note = z.infer<typeof Note>;

export const renamed = topic<Note>("note:renamed");

export async function noteOf(user: { id: number }, id: number): Promise<Note> {
  const { rows } = await database.execute({ sql: "select id, title from notes where id = ? and owner = ?", args: [id, user.id] });
  if (rows[0] === undefined) throw new NotFound(`note ${id}`);
  return Note.parse({ ...rows[0] });
}

export async function renameNote(user: { id: number }, id: number, title: string): Promise<void> {
  const note = { ...await noteOf(user, id), title };
  await database.execute({ sql: "update notes set title = ? where id = ?", args: [title, id] });
  await pubsub.broadcast(renamed, note);
}
// #endregion

// #region texts
const texts = {
  en: { greeting: (name: string) => `Hello, ${name}!`, gone: "There is nothing here.", failed: "Something went wrong." },
  de: { greeting: (name: string) => `Hallo, ${name}!`, gone: "Hier ist nichts.", failed: "Etwas ging schief." },
};
type Locale = keyof typeof texts;

declare module "holdfast" {
  interface SessionValues {
    locale?: Locale;
  }
}
declare module "hono" {
  interface ContextVariableMap {
    locale: Locale;
  }
}

export const localized = onMount((_socket, { session: { locale = "en" } }) => ({ locale, t: texts[locale] }));
// #endregion

// #region locale
export const Hello = liveView.use(localized).define({
  name: "Hello",
  authorize: "public",
  mount: () => ({ at: new Date(0) }),
  render: ({ t, locale, at }) => html`
    <p>${t.greeting("Ada")} ${at.toLocaleDateString(locale, { timeZone: "UTC" })}</p>`,
});

export const live = [liveSession("default", {
  middleware: (c, next) => {
    c.set("locale", sessionOf(c).values.locale ?? "en");
    return next();
  },
  rootLayout: ({ inner, scripts, csrfToken, get }) => html`<!doctype html>
    <html lang=${get("locale")}>
      <head><meta charset="utf-8"><meta name="csrf-token" content=${csrfToken}><title>Hello</title>${scripts}</head>
      <body>
        ${inner}
        <form method="post" action="/locale">${csrfField(csrfToken)}<button name="locale" value="de">Deutsch</button></form>
      </body>
    </html>`,
}, (page) => page("/", Hello))];

export const routes: EndpointOptions["routes"] = (app) => app.post("/locale", async (c) => {
  const { locale } = await c.req.parseBody();
  sessionOf(c).put({ locale: locale === "de" ? "de" : "en" });
  return c.redirect("/");
});
// #endregion

// #region error-page
export const errorPage: EndpointOptions["errorPage"] = ({ status, incident, get }) => {
  const { gone, failed } = texts[get("locale") ?? "en"];
  return status === 404 ? html`<h1>${gone}</h1>` : html`<h1>${failed}</h1><p>${incident}</p>`;
};
// #endregion
