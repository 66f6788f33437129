import{r as e}from"./rolldown-runtime-XKyaHtl9.js";import{d as t,l as n,n as r}from"./shell-DCyA33z5.js";import{C as i,x as a}from"./vendor-DnGGznAG.js";import{r as o}from"./ScrollArea-C7G0DvsG.js";import{t as s}from"./Badge-C7CJsXk-.js";import{t as c}from"./Table-osa2Bob2.js";import{A as l,C as u,S as d,f,s as p,w as m}from"./index-CiaPOeud.js";import{t as h}from"./ReasonedButton-Bz4juLHJ.js";import{n as g}from"./When-MWJnRnw_.js";import{t as _}from"./people-NgCK6ELt.js";import{n as v,r as y}from"./links-Bs_a5Oi9.js";import{t as b}from"./mutation-B2_cjyJX.js";n(`
  fragment SessionRowParts on Session {
    id
    isCurrent
    device
    userAgent
    ipAddress
    createdAt
    lastSeenAt
    expiresAt
    activeRoles { id name }
    user { id username }
  }
`);var x=n(`
  query SessionsPage($first: Int, $after: String, $last: Int, $before: String, $filter: SessionFilter!) {
    sessions(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      nodes { ...SessionRowParts }
      pageInfo { ...PageParts }
      totalCount
    }
  }
`),S=n(`
  query SessionsUser($id: ID!) { user(id: $id) { id username } }
`),C=n(`
  mutation SessionEnd($id: ID!) { change: sessionRevoke(id: $id) { userErrors { ...ProblemParts } } }
`),w=n(`
  mutation SessionsEndAll($id: ID!) { change: userRevokeSessions(id: $id) { userErrors { ...ProblemParts } } }
`),T=n(`
  mutation SessionsEndOthers { change: sessionRevokeOthers { userErrors { ...ProblemParts } } }
`);function E({id:e,device:t,ipAddress:n,isCurrent:r,user:i}){return b({title:_.sessions.endTitle,sections:[{key:e,title:i.username,lines:[{sign:`removed`,text:_.sessions.endLine(t,n)}]}],note:r?_.sessions.endCurrent:_.sessions.endNote,isDanger:!0,saveLabel:_.sessions.endTitle,document:C,variables:()=>({id:e}),payload:({change:e})=>e,hasDryRun:!1,onSaved:()=>{r&&f()}})}function D({id:e,username:t},n){return b({title:_.sessions.endAllTitle(t),sections:[{key:e,title:t,lines:[{sign:`removed`,text:_.sessions.endAllLine(n)}]}],note:_.sessions.endNote,isDanger:!0,saveLabel:_.sessions.endAll,document:w,variables:()=>({id:e}),payload:({change:e})=>e,hasDryRun:!1})}function O(e){return b({title:_.sessions.endOthersTitle,sections:[{key:`others`,title:e,lines:[{sign:`removed`,text:_.sessions.endOthersLine}]}],note:_.sessions.endNote,isDanger:!0,saveLabel:_.sessions.endOthers,document:T,variables:()=>({}),payload:({change:e})=>e,hasDryRun:!1})}var k=a(),{columns:A}=_.sessions;function j({sessions:e,hasUsers:n=!1,empty:r=_.sessions.none}){return e.length===0?(0,k.jsx)(t,{className:`faint`,children:r}):(0,k.jsx)(`div`,{className:`table-scroll`,tabIndex:0,role:`region`,"aria-label":_.sessions.title,children:(0,k.jsxs)(c,{verticalSpacing:6,children:[(0,k.jsx)(c.Thead,{children:(0,k.jsxs)(c.Tr,{children:[n&&(0,k.jsx)(c.Th,{children:A.user}),(0,k.jsx)(c.Th,{children:A.device}),(0,k.jsx)(c.Th,{visibleFrom:`sm`,children:A.ip}),(0,k.jsx)(c.Th,{visibleFrom:`sm`,children:A.roles}),(0,k.jsx)(c.Th,{children:A.lastSeen}),(0,k.jsx)(c.Th,{visibleFrom:`sm`,children:A.expires}),(0,k.jsx)(c.Td,{visibleFrom:`sm`}),(0,k.jsx)(c.Td,{})]})}),(0,k.jsx)(c.Tbody,{children:e.map(e=>(0,k.jsx)(M,{session:e,hasUser:n},e.id))})]})})}function M({session:e,hasUser:n}){let i=m(),a=d(),{user:o}=u(),{user:l,device:f,userAgent:v,ipAddress:b,activeRoles:x,lastSeenAt:S,expiresAt:C,isCurrent:w}=e,T=l.id===o.id||a(`session:revoke`);return(0,k.jsxs)(c.Tr,{children:[n&&(0,k.jsx)(c.Td,{children:(0,k.jsx)(y,{user:l})}),(0,k.jsxs)(c.Td,{title:v??void 0,children:[f,` `,w&&(0,k.jsx)(s,{variant:`light`,size:`sm`,tt:`none`,children:_.sessions.current}),(0,k.jsx)(t,{className:`faint`,size:`xs`,hiddenFrom:`sm`,children:b??_.sessions.unknown})]}),(0,k.jsx)(c.Td,{visibleFrom:`sm`,children:b??(0,k.jsx)(`span`,{className:`faint`,children:_.sessions.unknown})}),(0,k.jsx)(c.Td,{visibleFrom:`sm`,children:(0,k.jsx)(N,{roles:x})}),(0,k.jsx)(c.Td,{children:(0,k.jsx)(g,{at:S})}),(0,k.jsx)(c.Td,{visibleFrom:`sm`,children:(0,k.jsx)(g,{at:C})}),(0,k.jsx)(c.Td,{visibleFrom:`sm`,children:(0,k.jsx)(p,{label:r.copyId,value:()=>e.id})}),(0,k.jsx)(c.Td,{ta:`right`,children:(0,k.jsx)(h,{reason:T?null:r.lacks(`session:revoke`),onClick:()=>i(E(e)),size:`compact-sm`,variant:`default`,"aria-label":_.sessions.endOf(f),children:_.sessions.end})})]})}function N({roles:e}){return e.length===0?(0,k.jsx)(`span`,{className:`faint`,children:_.sessions.noRoles}):(0,k.jsx)(k.Fragment,{children:e.map((e,t)=>(0,k.jsxs)(`span`,{children:[t>0&&`, `,(0,k.jsx)(v,{role:e})]},e.id))})}var P=e(i(),1),F=250;function I({label:e,placeholder:t=``,value:n=``,onChange:r}){let[i,a]=(0,P.useState)(n),s=(0,P.useRef)(n),c=o(e=>{s.current=e.trim(),r(e.trim()||void 0)},F);return(0,P.useEffect)(()=>{n!==s.current&&a(n),s.current=n},[n]),(0,k.jsx)(l,{type:`search`,label:e,placeholder:t,value:i,onChange:({currentTarget:e})=>{a(e.value),c(e.value)}})}export{O as a,D as i,N as n,x as o,j as r,S as s,I as t};