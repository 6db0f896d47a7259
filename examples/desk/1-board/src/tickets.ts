// src/tickets.ts
import { Forbidden, NotFound, topic } from "holdfast";
import { z } from "zod";
import type { User } from "./accounts.js";
import { db, pubsub } from "./db.js";

const Ticket = z.object({
  id: z.number(), title: z.string(), body: z.string(), customer: z.string(), agent: z.string().nullable(), closed: z.coerce.boolean(),
});
export type Ticket = z.infer<typeof Ticket>;

export const TicketInput = z.object({
  title: z.string().trim().min(3, "Say in a few words what is wrong.").max(80),
  body: z.string().max(5000),
});

export const ticketChanged = topic<Ticket>("ticket:changed");

export function maySee(user: User, ticket: Ticket): boolean {
  return user.role === "agent" || ticket.customer === user.name;
}

export async function listTickets(user: User): Promise<Ticket[]> {
  const { rows } = await db.execute("select * from tickets order by closed, id desc limit 100");
  return rows.map((row) => Ticket.parse(row)).filter((ticket) => maySee(user, ticket));
}

export async function getTicket(user: User, id: number): Promise<Ticket> {
  const { rows: [row] } = await db.execute("select * from tickets where id = ?", [id]);
  if (row === undefined || !maySee(user, Ticket.parse(row))) throw new NotFound(`ticket ${id}`);
  return Ticket.parse(row);
}

export async function openTicket(user: User, { title, body }: z.infer<typeof TicketInput>): Promise<Ticket> {
  return write("insert into tickets (title, body, customer) values (?, ?, ?) returning *", [title, body, user.name]);
}

export async function takeTicket(user: User, id: number): Promise<Ticket> {
  if (user.role !== "agent") throw new Forbidden("only agents take tickets");
  return write("update tickets set agent = ? where id = ? returning *", [user.name, id]);
}

export async function closeTicket(user: User, id: number): Promise<Ticket> {
  if (user.role !== "agent") throw new Forbidden("only agents close tickets");
  return write("update tickets set closed = 1 where id = ? returning *", [id]);
}

async function write(sql: string, args: (string | number)[]): Promise<Ticket> {
  const { rows: [row] } = await db.execute(sql, args);
  const ticket = Ticket.parse(row);
  await pubsub.broadcast(ticketChanged, ticket);
  return ticket;
}
