import { graphql } from "../../api/graphql";

/** Columns of the matrix with what stands under their names. */
export const MatrixRolesQuery = graphql(`
  query MatrixRoles {
    roleHierarchy {
      roles {
        id
        name
        version
        isSystem
        viewerCanManage
        permissionPatterns { pattern }
        assignedUsers(first: 0) { totalCount }
      }
      links { role { id } inheritsFrom { id } }
    }
  }
`);
/** A part of the matrix. */
export const MatrixQuery = graphql(`
  query Matrix($afterRole: String, $afterPermission: String) {
    permissionMatrix(firstRoles: 200, afterRole: $afterRole, firstPermissions: 250, afterPermission: $afterPermission) {
      permissions { id name resource }
      rolePageInfo { hasNextPage endCursor }
      permissionPageInfo { hasNextPage endCursor }
      cells { roleId permissionId isDirect }
    }
  }
`);
/** The operation that yields the first part of the matrix. */
export const MATRIX_OPERATION = { document: MatrixQuery, variables: { afterRole: null, afterPermission: null } };
