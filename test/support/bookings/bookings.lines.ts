import type { BookingRelease } from './bookings.operations.js';

/** What all rows mean, by texts, with event types named as a release does. */
export function bookingLines({ key, event, parent, pair }: BookingRelease): string {
  return `SELECT concat_ws('|', 'event', e.slug, e.length, p.slug) AS line
      FROM "EventType" e LEFT JOIN "EventType" p ON p."${key}" = e."${parent}"
    UNION ALL SELECT concat_ws('|', 'pair', e.slug, u.email) FROM "_user_eventtype" x
      JOIN "EventType" e ON e."${key}" = x."${pair}" JOIN users u ON u.id = x."B"
    UNION ALL SELECT concat_ws('|', 'host', e.slug, u.email, h.priority) FROM "Host" h
      JOIN "EventType" e ON e."${key}" = h."${event}" JOIN users u ON u.id = h."userId"
    UNION ALL SELECT concat_ws('|', 'booking', e.slug, b.uid, b.status) FROM "Booking" b
      LEFT JOIN "EventType" e ON e."${key}" = b."${event}"
    UNION ALL SELECT concat_ws('|', 'office', o.uuid, u.email, t.email) FROM "OutOfOfficeEntry" o
      JOIN users u ON u.id = o."userId" LEFT JOIN users t ON t.id = o."toUserId"
    UNION ALL SELECT concat_ws('|', 'team', m.id, t.slug, u.email) FROM "Membership" m
      JOIN "Team" t ON t.id = m."teamId" JOIN users u ON u.id = m."userId"`;
}

/** Bookings of which the copy for reports is missing, or another. */
export function staleReports({ key, event, parent }: BookingRelease): string {
  return `SELECT b.uid, to_jsonb(d) AS copied FROM "Booking" b
    LEFT JOIN "EventType" e ON e."${key}" = b."${event}"
    LEFT JOIN "EventType" p ON p."${key}" = e."${parent}"
    FULL JOIN "BookingDenormalized" d ON d.id = b.id
    WHERE (b.uid, e.id, e.length, p.id, b."userId", b.status) IS DISTINCT FROM
      (d.uid, d."eventTypeId", d."eventLength", d."eventParentId", d."userId", d.status)`;
}
