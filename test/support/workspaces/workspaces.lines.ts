import type { Release } from './workspaces.rows.js';

/** What all rows mean, by texts, with users named as a release does. */
export function workspaceLines(release: Release): string {
  const isOld = release === 'numbers';
  const user = (row: string, old: string, next: string, people = 'u') =>
    isOld ? `${people}.id = ${row}.${old}` : `${people}.uuid = ${row}.${next}`;
  return `SELECT concat_ws('|', 'space', name) AS line FROM spaces
    UNION ALL SELECT concat_ws('|', 'member', s.name, u.email, m.role) FROM members m
      JOIN spaces s ON s.id = m.space_id JOIN users u ON ${user('m', 'user_id', 'user_uuid')}
    UNION ALL SELECT concat_ws('|', 'safe', s.name, f.chain_id, f.address, f.address_index)
      FROM space_safes f JOIN spaces s ON s.id = f.space_id
    UNION ALL SELECT concat_ws('|', 'request', s.name, u.email, r.address, r.status, v.email)
      FROM address_book_requests r JOIN spaces s ON s.id = r.space_id
      JOIN users u ON ${user('r', 'requested_by', 'requested_by_uuid')}
      LEFT JOIN users v ON ${user('r', 'reviewed_by', 'reviewed_by_uuid', 'v')}
    UNION ALL SELECT concat_ws('|', 'wallet', u.email, w.address) FROM wallets w
      JOIN users u ON ${user('w', 'user_id', 'user_uuid')}
    UNION ALL SELECT concat_ws('|', 'account', c.address, u.email) FROM counterfactual_safes c
      LEFT JOIN users u ON ${user('c', 'creator_id', 'creator_uuid')}
    UNION ALL SELECT concat_ws('|', 'owner', c.address, u.email) FROM counterfactual_safe_users o
      JOIN counterfactual_safes c ON c.id = o.counterfactual_safe_id
      JOIN users u ON ${user('o', 'user_id', 'user_uuid')}`;
}
