/** Sort, filter and search; without it the page still shows every image, worst first. */
export const script = `
const list=document.querySelector('.images'),items=[...list.children],status=document.getElementById('shown');
let level='',order='rank',words='';
const show=()=>{let n=0;for(const i of items){const on=(!level||i.dataset.level===level)&&i.dataset.name.includes(words);i.hidden=!on;if(on)n++}
status.textContent=n===items.length?n+' images':n+' of '+items.length+' images'};
const sort=()=>{const by=order==='rank'?(a,b)=>a.dataset.rank-b.dataset.rank:(a,b)=>a.dataset.name.localeCompare(b.dataset.name,'en',{numeric:true});list.append(...items.slice().sort(by))};
for(const b of document.querySelectorAll('.tools button'))b.addEventListener('click',()=>{
if(b.dataset.order){order=b.dataset.order;sort();for(const o of document.querySelectorAll('[data-order]'))o.setAttribute('aria-pressed',o===b)}
else{level=level===b.dataset.filter?'':b.dataset.filter;for(const o of document.querySelectorAll('[data-filter]'))o.setAttribute('aria-pressed',o.dataset.filter===level)}
show()});
document.getElementById('search').addEventListener('input',e=>{words=e.target.value.toLowerCase();show()});
document.querySelector('.tools').hidden=false;show();
`;
