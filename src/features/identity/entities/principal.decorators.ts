import { JoinTable, ManyToMany } from 'typeorm';
import { Group } from './group.entity.js';
import { joinTable } from './join-tables.js';
import { Role } from './role.entity.js';

/**
 * Maps the groups that a principal is a member of, so that views show them: a property of type
 * `Group[]` in the entity of the principals. Only `Identity` changes them.
 */
export function PrincipalGroups(): PropertyDecorator {
  return (prototype, property) => {
    ManyToMany(() => Group)(prototype, property as string);
    JoinTable(joinTable('group_members'))(prototype, property as string);
  };
}

/**
 * Maps the roles that a principal holds by itself, so that views show them: a property of type
 * `Role[]` in the entity of the principals. Only `Identity` changes them.
 */
export function PrincipalRoles(): PropertyDecorator {
  return (prototype, property) => {
    ManyToMany(() => Role)(prototype, property as string);
    JoinTable(joinTable('principal_roles'))(prototype, property as string);
  };
}
