/** How the application names its users: by their numbers, or by UUIDs once the tables have them. */
export type Release = 'numbers' | 'uuids';

export interface UserRow {
  key?: string;
  status: number;
  email?: string;
}

export interface WalletRow {
  id?: string;
  address: string;
  addressIndex?: string | null;
  user: { key: string };
}

export interface SpaceRow {
  id?: string;
  name: string;
  status: number;
  members?: MemberRow[];
}

export interface MemberRow {
  id?: string;
  name: string;
  role: number;
  status: number;
  user: { key: string };
  space?: { id: string };
}

export interface SafeRow {
  id?: string;
  chainId: string;
  address: string;
  addressIndex?: string | null;
  space: { id: string };
}

export interface RequestRow {
  id?: string;
  address: string;
  name: string;
  status: number;
  space: { id: string };
  requestedBy: { key: string };
  reviewedBy?: { key: string } | null;
}
