export interface Example {
  readonly title: string;
  /** Identifies the tab, so it must be unique. */
  readonly operationName: string;
  readonly query: string;
  /** Members that are empty are filled by `values.ts`. */
  readonly variables?: string;
}

const SIGN_UP = `# Start here: press play, or Ctrl-Enter.
# COOKIE keeps the tokens in cookies that no
# script can read; BODY returns them here.
mutation SignUp($newUsername: String!) {
  signup(
    username: $newUsername
    password: "correct-horse-battery-42"
    delivery: COOKIE
  ) {
    expiresAt
    viewer {
      user {
        id
        username
      }
      roles
      permissions
    }
    userErrors {
      code
      message
      path
    }
  }
}
`;

const LOG_IN = `# The same account again, in another session.
mutation LogIn($username: String!) {
  login(
    username: $username
    password: "correct-horse-battery-42"
    delivery: COOKIE
  ) {
    expiresAt
    viewer {
      roles
      permissions
    }
    userErrors {
      code
      message
      path
    }
  }
}
`;

const ME = `# The user and the effective permissions of
# the session. Both are null when logged out.
query Me {
  me {
    id
    username
    displayName
    status
    roles {
      name
    }
  }
  viewer {
    roles
    permissions
  }
}
`;

const CAN_I = `# For showing or hiding parts of a page:
# one permission, or several at once.
query CanI {
  can(permission: "user:read")
  canEach(
    permissions: ["role:write", "access:explain"]
  ) {
    permission
    allowed
    reason
  }
}
`;

const USERS = `# For administrators: requires \`user:read\`.
# Run it as the new user to see the refusal, then
# log in above as an administrator.
query Users {
  users(first: 10) {
    nodes {
      id
      username
      roles {
        name
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
`;

const CREATE_ROLE = `# For administrators: requires \`role:write\`.
# A name that is taken is in userErrors.
mutation CreateRole($newRole: String!) {
  roleCreate(
    input: {
      name: $newRole
      description: "Reads everything"
    }
  ) {
    role {
      id
      name
    }
    userErrors {
      code
      message
      path
    }
  }
}
`;

const ASSIGN = `# For administrators: grants the new role all
# permissions to read, and assigns it to the
# user who signed up.
mutation AssignRole($userId: ID!, $roleId: ID!) {
  roleGrantPatterns(
    roleId: $roleId
    patterns: ["*:read"]
  ) {
    userErrors {
      code
      message
    }
  }
  userAssignRoles(
    userId: $userId
    roleIds: [$roleId]
  ) {
    user {
      username
      roles {
        name
      }
    }
    userErrors {
      code
      message
    }
  }
}
`;

const WHY = `# Why a user is allowed or denied a permission.
# For other users, requires \`access:explain\`.
query Why(
  $userId: ID!
  $permission: PermissionName!
) {
  explainAccess(
    userId: $userId
    permission: $permission
  ) {
    decision {
      allowed
      reason
    }
    summary
    paths {
      text
      isActive
    }
    hasMorePaths
  }
}
`;

const DRY_RUN = `# For administrators: what taking the role away
# would do. Nothing is changed.
mutation DryRun($userId: ID!, $roleId: ID!) {
  userUnassignRoles(
    userId: $userId
    roleIds: [$roleId]
    dryRun: true
  ) {
    impact {
      usersAffected
      permissionsLost
      deltas {
        user {
          username
        }
        lost
      }
    }
    userErrors {
      code
      message
    }
  }
}
`;

const LOG_OUT = `# Ends the session and removes its cookies.
mutation LogOut {
  logout {
    endedSessions
    userErrors {
      code
      message
    }
  }
}
`;

const USER_AND_ROLE = `{
  "userId": "",
  "roleId": ""
}
`;

/** The initial tabs, in the order to run them. */
export const EXAMPLES: readonly Example[] = [
  { title: "Sign up", operationName: "SignUp", query: SIGN_UP, variables: `{\n  "newUsername": ""\n}\n` },
  { title: "Log in", operationName: "LogIn", query: LOG_IN, variables: `{\n  "username": ""\n}\n` },
  { title: "Me", operationName: "Me", query: ME },
  { title: "Can I?", operationName: "CanI", query: CAN_I },
  { title: "Users", operationName: "Users", query: USERS },
  { title: "Create a role", operationName: "CreateRole", query: CREATE_ROLE, variables: `{\n  "newRole": ""\n}\n` },
  { title: "Assign it", operationName: "AssignRole", query: ASSIGN, variables: USER_AND_ROLE },
  { title: "Why?", operationName: "Why", query: WHY, variables: `{\n  "userId": "",\n  "permission": "role:read"\n}\n` },
  { title: "Dry run", operationName: "DryRun", query: DRY_RUN, variables: USER_AND_ROLE },
  { title: "Log out", operationName: "LogOut", query: LOG_OUT },
];

export function exampleNamed(operationName: string | null | undefined): Example | undefined {
  return EXAMPLES.find((example) => example.operationName === operationName);
}
