export interface Example {
  readonly title: string;
  /** Identifies the tab, so it must be unique. */
  readonly operationName: string;
  readonly query: string;
  readonly variables?: string;
}

const SIGN_UP = `# Start here: press play, or Ctrl-Enter.
# The bar above uses the tokens of the response.
mutation SignUp {
  signup(
    username: "ana"
    password: "correct-horse-battery-42"
  ) {
    accessToken
    refreshToken
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

const LOG_IN = `# The same account again, in another session.
mutation LogIn {
  login(
    username: "ana"
    password: "correct-horse-battery-42"
  ) {
    accessToken
    refreshToken
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

const USERS = `# Requires \`user:read\`. Without it the field is
# null and the error repeats the rule: log in
# as an administrator to see users.
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

const CREATE_ROLE = `# Requires \`role:write\`. Run it twice: a name that
# is taken is reported in userErrors.
mutation CreateRole {
  roleCreate(
    input: {
      name: "clerk"
      description: "Handles incoming invoices"
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

const WHY_VARIABLES = `{
  // your own id, filled in when you are logged in
  "userId": "",
  "permission": "role:write"
}
`;

/** The initial tabs, in the order to run them. */
export const EXAMPLES: readonly Example[] = [
  { title: "Sign up", operationName: "SignUp", query: SIGN_UP },
  { title: "Log in", operationName: "LogIn", query: LOG_IN },
  { title: "Me", operationName: "Me", query: ME },
  { title: "Can I?", operationName: "CanI", query: CAN_I },
  { title: "Users", operationName: "Users", query: USERS },
  { title: "Create a role", operationName: "CreateRole", query: CREATE_ROLE },
  { title: "Why?", operationName: "Why", query: WHY, variables: WHY_VARIABLES },
];

export function exampleNamed(operationName: string | null | undefined): Example | undefined {
  return EXAMPLES.find((example) => example.operationName === operationName);
}
