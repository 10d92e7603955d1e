/** Rows of every table, which a writer leaves alone. */
export const seeds: readonly string[] = [
  `INSERT INTO users (status, email, created_at, updated_at)
     SELECT 1, 'user' || n || '@seed', moment, moment FROM generate_series(1, 400) n,
       LATERAL (SELECT timestamptz '2024-01-01' + n * interval '1 hour' AS moment) m`,
  `INSERT INTO wallets (address, user_id) SELECT '0xwallet' || n, id
     FROM users, generate_series(1, 2) s, LATERAL (SELECT id * 2 + s AS n) numbered`,
  `INSERT INTO counterfactual_safes (creator_id, chain_id, address, owners)
     SELECT CASE WHEN id % 5 > 0 THEN id END, '1', '0xcf' || id, '["0xowner"]' FROM users`,
  `INSERT INTO counterfactual_safe_users (counterfactual_safe_id, user_id)
     SELECT id, creator_id FROM counterfactual_safes WHERE creator_id IS NOT NULL`,
  `INSERT INTO spaces (name, status, created_at, updated_at)
     SELECT 'seed ' || n, 1, moment, moment FROM generate_series(1, 300) n,
       LATERAL (SELECT timestamptz '2025-01-01' + n * interval '1 hour' AS moment) m`,
  `INSERT INTO members (name, role, status, user_id, space_id, invited_by)
     SELECT 'member of ' || s.name, 1 + n % 2, n % 3, u.id, s.id, 1 + s.id % 400
     FROM spaces s, generate_series(0, 2) n JOIN users u ON true
     WHERE u.id = 1 + (s.id * 7 + n * 131) % 400`,
  `INSERT INTO space_safes (chain_id, address, address_index, space_id)
     SELECT n::text, '0xsafe' || s.id % 9, CASE WHEN n > 2 THEN 'blind' || s.id % 9 END, s.id
     FROM spaces s, generate_series(1, 4) n`,
  `INSERT INTO address_book_requests (space_id, requested_by, address, name, status, reviewed_by)
     SELECT space_id, user_id, '0xbook' || n, name, n, CASE WHEN n > 0 THEN invited_by END
     FROM members, generate_series(0, 1) n`,
  `INSERT INTO space_audit_log (space_id, event_type, actor_user_id)
     SELECT space_id, 'MEMBER_INVITED', user_id FROM members`,
];
