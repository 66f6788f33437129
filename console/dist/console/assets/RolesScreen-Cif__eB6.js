const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["assets/RoleGraph-W4zJARUE.js","assets/rolldown-runtime-XKyaHtl9.js","assets/Stack-BEjLY_bW.js","assets/context-Bfg4-pPW.js","assets/vendor-DnGGznAG.js","assets/index-B_OFbSw_.js","assets/index-C0tX2Ac3.css","assets/Card-BkaLBHt4.js","assets/OptionalPortal--OloNSN-.js","assets/pickers-5YU4RMLl.js","assets/Popover-CBLh9-bH.js","assets/FocusTrap-B_--4e1C.js","assets/use-debounced-value-C7wKYcuB.js","assets/store-BHd797aP.js","assets/RoleList-DAUGj-Go.js","assets/SegmentedControl-BK--gZ_4.js","assets/get-env-MimdSsZv.js","assets/ScrollArea-DcwRd8Fg.js","assets/Badge-Dm9RP7M9.js","assets/Table-CGRqsHO5.js","assets/ReasonedButton-CSYMkAxq.js","assets/links-Bs_a5Oi9.js","assets/mutation-CDm8agyD.js","assets/proposal-ChiJXsfH.js","assets/RoleGraph-DLioOiRN.css","assets/RoleMatrix-CN8722bd.js","assets/RoleMatrix-BmQFNfwm.css"])))=>i.map(i=>d[i]);
import{n as e,r as t}from"./rolldown-runtime-XKyaHtl9.js";import{i as n}from"./Stack-BEjLY_bW.js";import{t as r}from"./SegmentedControl-BK--gZ_4.js";import{C as i,O as a,n as o,o as s}from"./index-B_OFbSw_.js";import{t as c}from"./use-disclosure-cYh7UVqA.js";import{C as l,f as u,l as d,x as f}from"./vendor-DnGGznAG.js";import{t as p}from"./ReasonedButton-CSYMkAxq.js";import{t as m}from"./Screen-3OLPnBR7.js";import{f as h,n as g}from"./context-Bfg4-pPW.js";import{h as _,m as v,n as y,r as b,s as x}from"./RoleList-DAUGj-Go.js";var S=t(l(),1),C=h(`
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
`),w=h(`
  query Matrix($afterRole: String, $afterPermission: String) {
    permissionMatrix(firstRoles: 200, afterRole: $afterRole, firstPermissions: 250, afterPermission: $afterPermission) {
      permissions { id name resource }
      rolePageInfo { hasNextPage endCursor }
      permissionPageInfo { hasNextPage endCursor }
      cells { roleId permissionId isDirect }
    }
  }
`),T={document:w,variables:{afterRole:null,afterPermission:null}},E=e({default:()=>j}),D=f(),O=(0,S.lazy)(()=>i(()=>import(`./RoleGraph-W4zJARUE.js`),__vite__mapDeps([0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24]))),k=(0,S.lazy)(()=>i(()=>import(`./RoleMatrix-CN8722bd.js`),__vite__mapDeps([25,1,2,3,4,7,8,5,6,13,9,10,11,12,26]))),A=d(`/roles`);function j(){let e=A.useSearch(),t=u(),i=g(),[l,d]=c(!1),{view:f=`list`}=e,h=e=>void t({to:`/roles`,search:t=>({...t,after:void 0,before:void 0,...e}),replace:!0}),C={...s(e),filter:{search:e.search??null,permission:e.permission??null}},w={list:{document:v,variables:C},matrix:T,graph:{document:x,variables:{}}},E=(0,D.jsx)(p,{reason:i(`role:write`)?null:_.cannotWrite,onClick:d.toggle,"aria-expanded":l,children:_.create});return(0,D.jsxs)(m,{title:_.title,name:_.title,actions:E,operation:w[f],children:[l&&(0,D.jsx)(b,{onDone:d.close}),(0,D.jsxs)(n,{gap:`sm`,children:[(0,D.jsx)(r,{"aria-label":_.view,value:f,onChange:n=>void t({to:`/roles`,search:{...e,view:o.find(e=>e===n)}}),data:o.map(e=>({value:e,label:_.views[e]}))}),f===`list`&&(0,D.jsx)(a,{"aria-label":_.search,placeholder:_.search,defaultValue:e.search??``,onChange:({currentTarget:e})=>h({search:e.value||void 0})})]}),f===`list`&&(0,D.jsx)(y,{variables:C,onPage:e=>h(e)}),f===`matrix`&&(0,D.jsx)(S.Suspense,{children:(0,D.jsx)(k,{search:e,onSearch:h})}),f===`graph`&&(0,D.jsx)(S.Suspense,{children:(0,D.jsx)(O,{selected:e.selected,onSelect:e=>h({selected:e})})})]})}export{j as default,w as n,C as r,E as t};