/** The platform types of identity; the application's own types are lower numbers. */
export const identityTypes = {
  group: { id: 32_701, name: 'access_group' },
  role: { id: 32_702, name: 'access_role' },
  permission: { id: 32_703, name: 'access_permission' },
} as const;
