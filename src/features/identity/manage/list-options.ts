/** Which part of a list is returned. */
export interface ListIdentityOptions {
  /** Only those that follow this one, the last of the list before: its public id. */
  readonly after?: string;
  /** At most so many, 100 by default and 1000 at most. */
  readonly limit?: number;
}

/** Which permissions are listed. */
export interface ListPermissionsOptions extends ListIdentityOptions {
  /** Only those of this role. */
  readonly roleUuid?: string;
}

/** Which roles are listed. */
export interface ListRolesOptions extends ListIdentityOptions {
  /** Only those that were assigned to this principal itself. */
  readonly principalUuid?: string;
  /** Only those that were assigned to this group. */
  readonly groupUuid?: string;
}

/** Which groups are listed. */
export interface ListGroupsOptions extends ListIdentityOptions {
  /** Only those that this principal is a member of. */
  readonly principalUuid?: string;
}
