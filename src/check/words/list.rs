//! English and programmers' words, four letters and more, sorted.

/// One word after the other, a space between.
pub(super) const WORDS: &str = "\
able about above absent absolute abstract accept access accessible accesskey account accounting accurate achieve \
acknowledge across action actions activate active activity actor actual adapter adding addition additional \
address adjust admin administration administrator adopt advance advanced adventure advice advise affect after \
afternoon again against agency agent agents agree ahead alarm album alert alerts alias align alive allow allowed \
allows almost alone along alpha already also alter alternate although always amazon ambient among amount \
analysis analytics analyze anchor ancient android angel angle angry angular animal animation announce annual \
anonymous another answer antenna anything apache apikey appear append apple application applications apply \
approach approval approve april archive area argue argument arguments around arrange array arrival arrive arrow \
article artist aside asset assets assign assigned assist assistant associate assume async attach attachment \
attack attempt attempts attention attribute attributes audience audio audit august auth authenticate authentication \
author authority authorization authorize automatic automation autumn available avatar average avoid await away \
azure baby back backend background backlog backup backups badge balance ball banana band bank banner base based \
baseline basic basket batch battery beach bean bear bearer beat beautiful beauty because become before begin \
behavior behind being believe bell belong below bench benefit best beta better between beyond bicycle bill \
billing binary bind binding bird birth birthday bitbucket black blank blast blob block blocked blocks blog blood \
blue board boat body book bookmark books boolean boost boot border born boss both bottle bottom bound boundary \
bowl branch brand brave bread break breakfast bridge brief bright bring broad broadcast broken broker brother \
brown browse browser bucket budget buffer build builder building builds bundle burn business busy butter button \
buttons buyer bypass byte bytes cabinet cable cache cached calc calculate calendar call callback called caller \
calls camel camera campaign cancel cancelled cannot canvas capability capacity capital caption capture carbon \
card cards care career careful cargo carry cart case cases cash cast catalog catalogue catch category cause cell \
cells center central century cert certain certificate certificates certification chain chair challenge chance \
change changed changeit changelog changeme changes channel channels chapter char character characters charge \
chart charts chat cheap check checkbox checked checker checking checkout checks checksum cheese chef chest \
chicken chief child children chocolate choice choose chrome chunk church cipher circle circuit city claim claims \
class classes classic clean cleanup clear click clicked client clients clientsecret clipboard clock clone close \
closed cloud cluster clusters coach coast code codec codes coding coffee cold collapse collect collection \
collections collector college color colors column columns combine come comma command commands comment comments \
commerce commit commits common communication community companies company compare comparison compile compiler \
complete completed completion complex compliance component components compose composer compress compute computer \
concat concept condition conditions conf confidential config configs configuration configurations configure \
configured confirm confirmation conflict connect connected connection connections connector consent console \
const constant constants constraint construct consumer contact contacts contain container containers contains \
content contents context contoso contract contribute control controller controllers controls convert converter \
cookie cookies cool copied copy copyright core corner corporate correct cosmos cost costs could count counter \
counters countries country course court cover create created creates creation creator credential credentials \
credit cron cross crypto culture currency current cursor curve custom customer customers customize cycle daemon \
daily dance danger dark dashboard data database databases dataset date dates datetime days dead deal dear death \
debit debug decade december decide decimal decision declare decode decoder decrypt deep default defaults define \
defined definition definitions degree delay delegate delete deleted deliver delivery delta demand demo denied \
deny depend dependencies dependency deploy deployed deployment deployments deprecated depth describe description \
desert design designer desk desktop destination destroy detail detailed details detect detection develop \
developer developers development device devices devops diagnostic diagnostics diagram dialog dialogue dict \
dictionary diff difference different digest digit digital dimension dinner direct direction directive directory \
dirty disable disabled disconnect discount discover discovery discuss disk dispatch display dispose distance \
distribution district dividend docker docs doctor document documentation documents does dollar domain domains \
done door double down download downloads draft drag dragon draw dream dress drink drive driver drivers drop \
dropdown dummy dump duplicate duration during dust dynamic each eagle early earth easily east easy echo economy \
edge edit edited editor education effect effective effort either elastic electric element elements eleven else \
email emails embed embedded emit emoji empire employee employees empty emulator enable enabled encode encoded \
encoder encoding encrypt encrypted encryption endpoint endpoints ends enemy energy engine engineer engineering \
english enjoy enough ensure enter enterprise entire entities entity entries entry enum enumerate environment \
environments equal equals equipment error errors escape estate estimate evaluate even evening event events ever \
every everyone everything evidence exact exactly exam example examples excel except exception exceptions \
exchange exclude exec execute executed execution executor exist existing exists exit expand expect expected \
expense experience experiment expert expiration expire expired expires expiry explain explicit explore explorer \
export exports expose express expression extend extended extension extensions external extra extract fabric \
fabrikam face facebook fact factor factory fail failed failure failures fair fake fall fallback false family \
famous fancy fast father fault favorite feature features february federated federation fedora feed feedback feel \
feet fetch fever field fields fifteen fight figure file filename files fill filter filtered filters final \
finally finance financial find fine finger fingerprint finish fire firebase firefox firewall firm first fish \
five fixed fixture flag flags flash flask flat fleet flex flight float floor flow flower flush folder folders \
follow following font foobar food football footer force foreign forest forever forge forgot form format \
formatted formatter forms formula fortune forum forward found foundation four fourth fraction frame frames \
framework france free freedom freeze french frequency fresh friday friend friends from front frontend fruit full \
fully function functional functions fund funny further future gain gallery game games garden gate gateway gather \
gauge gear general generate generated generator generic genius gentle german getter ghost giant gift github \
gitlab give given glass global globals goal goes gold golden golf gone good goods google grade gradle grand \
grant granted grants graph graphic graphics graphql grass gray great green grep grey grid ground group grouped \
groups grow growth guard guardian guess guest guests guide guild guitar hack hadoop hair half hall hammer hand \
handle handled handler handlers hands hang happen happy harbor hard hardware hash hashed hashes have head header \
headers health healthy hear heart heat heavy height hello help helper helpers helps here hero heroku hidden hide \
hierarchy high higher highlight hill hint hire history hobby hockey hold holder hole holiday home homepage \
honest honey hook hooks hope horizon horizontal horse hospital host hosted hosting hostname hosts hotel hour \
hourly hours house hover however html http https huge human hundred hunter hybrid hyper icon icons idea ideal \
identifier identifiers identities identity idle ignore ignored image images immediate immutable impact implement \
implementation implicit import important imports impossible impress improve inactive inbound inbox inch include \
included includes income incoming incorrect increase increment indeed indent independent index indexed indexes \
india indicator individual industry info information infra infrastructure ingest ingress inherit init initial \
initialize inject inline inner input inputs insert inside insight insights inspect install installation \
installed installer instance instances instant instead institute instruction insurance integer integrate \
integration integrity intelligence intent interact interactive interest interface interfaces internal \
international internet interval into introduce invalid inventory invest investor invite invoice invoices invoke \
involve iphone island isolated issue issued issuer issues item items iterate iterator itself jacket jackson \
january japan java javascript jenkins jersey jira join joined joint journal journey json jump june jungle junior \
jupiter just justice kafka karma keep keeper kernel keyboard keys keyspace keystore keyvault kibana kill kind \
kinds king kingdom kitchen know knowledge known kotlin kube kubernetes label labels labor lambda land landing \
language languages laravel large laser last late latency later latest latitude laugh launch launcher layer \
layers layout lazy lead leader leaf league learn learning lease least leave left legacy legal legend lemon \
length less lesson letmein letter letters level levels liberty libraries library license life lifecycle lifetime \
light lightning like likely limit limited limits line linear lines link linked links linux lion list listen \
listener listing lists literal little live load loaded loader loading loads loan local locale localhost location \
locations lock locked locker logger logging login logins logo logout logs london long longer longitude look \
lookup loop lorem lose loss lost love lower lowercase lucky lunch machine machines macro magic mail mailbox \
mailgun mailing main maintain maintenance major make maker makes male manage managed management manager manifest \
manual manually many mapped mapper mapping maps march margin maria mark markdown marker market marketing markets \
mask masked mass master match matched matcher matches matching material math matrix matter maven maximum maybe \
meal mean meaning means measure measurement media medical medium meet meeting member members membership memory \
mention menu merchant mercury merge message messages messaging meta metadata meter method methods metric metrics \
micro microservice microsoft middle middleware might migrate migration migrations mile milestone military milk \
million mind mine minimum mining minor minus minute minutes mirror missing mission mistake mixed mixin mobile \
mock mocks modal mode model models modern modified modify module modules moment monday money mongo mongodb \
monitor monitoring monkey month monthly months moon more morning most mother motion motor mount mountain mouse \
move moved movement movie much multi multiple music must mutable mutation mute mypassword mysecret myself mysql \
name named names namespace namespaces narrow nation national native natural nature near nearly necessary need \
needed needs negative neptune nest nested network networks never next nginx nice night nightly nine ninja node \
nodes noise none normal normalize north northwind notasecret note notebook notes nothing notice notification \
notifications notify novel november nowhere nuget null nullable number numbers numeric oauth object objects \
observe observer obtain obvious occur ocean october odbc offer office officer offline offset often oidc okay \
older once ongoing online only opaque open opened opening opens openshift operate operation operations operator \
opinion optimize option optional options oracle orange order orders ordinary organization organizations origin \
original other others ours outbound outer outlook output outputs outside over overall overlay override overrides \
overview owned owner owners ownership pack package packages packet page pages paid paint pair pairs panel panels \
panic paper para parallel param parameter parameters params parent parents parse parsed parser parsing part \
partial participant particular parties partition partner partners parts party pass passed passkey passphrase \
passport passwd password passwords past paste patch path paths patient pattern patterns pause payload payment \
payments paypal peace peer pending people percent percentage perfect perform performance perhaps period \
permission permissions permit persist person personal persons phase phone phones photo photos phrase physical \
piano pick picker picture pictures piece pilot ping pipe pipeline pipelines pirate pivot pixel pizza place \
placeholder places plain plan planet planner plans plant plastic platform play player players playground please \
plenty plugin plugins plus pocket point pointer points police policies policy poll polling pool pools poor \
popular population popup port portal portfolio ports position positive possible post postal poster postgres \
postgresql postman posts potato pound power powershell practice prefer preference preferences prefix prepare \
present preset president press pretty prevent preview previous price prices pricing primary prime prince \
princess principal print printer prior priority private privilege prize probably probe problem problems \
procedure process processed processes processing processor produce producer product production products profile \
profiles profit program programs progress project projects prometheus promise promo promote prompt proof proper \
properties property proposal protect protected protection protocol prototype prove provide provided provider \
providers provision proxies proxy public publish published publisher pull pulse pumpkin purchase pure purple \
purpose push pushed putting python qualified quality quantity quarter queen queries query question questions \
queue queued queues quick quickly quickstart quiet quit quite quota quote quotes qwerty rabbit rabbitmq race \
radio radius rail rails rain rainbow raise ramp random range ranges rank rapid rate rates rather rating ratio \
reach react reaction read readable reader readers reading readme readonly ready real reality really realm reason \
reboot rebuild receipt receive received receiver recent recipe recipient recommend record recorded records \
recover recovery recursive redacted reddit redirect redis reduce refer reference references refresh refund \
refuse regex region regional regions register registered registration registries registry regular reject \
rejected relate related relation relations relationship relative relay release released releases reload remain \
remaining remember remind reminder remote remove removed removes rename render renderer renew repair repeat \
replace replaced replaceme replacement replica replicas replicate reply report reporter reporting reports \
repositories repository request requested requester requests require required requirement requirements requires \
research reserve reserved reset resident resize resolution resolve resolved resolver resource resources respect \
respond response responses rest restart restaurant restore restrict result results resume retail retention \
retries retry return returned returning returns reuse reveal reverse review reviewer reviews revision revoke \
revoked reward rich ride right rights ring rise risk river road roads robot rock rocket role roles roll rollback \
room rooms root rotate rotation rough round route router routes routing royal ruby rule rules runner running \
runtime russian safari safe safety salary sale sales salesforce salt same sample samples sandbox sanitized \
saturday save saved scala scale scaling scan scanner scene schedule scheduled scheduler schema schemas scheme \
school science scope scopes score screen screens script scripts scroll seal search searches season seat second \
secondary seconds secret secrets section sections sector secure secured security seed segment select selected \
selection selector self sell seller semantic send sender sendgrid sending senior sense sensitive sent sentence \
sentry separate separator september sequence serial serialize series server serverless servers serves service \
services session sessions setter setting settings setup setups seven several shadow shape share shared shares \
sharing sheet shell shift ship shipment shipping shirt shop shopify shopping short shortcut should shoulder show \
shown shows shuffle shutdown sibling sidebar sides sign signal signaling signature signatures signed signer \
signin signing signup silent silver similar simple simplify simulate since single singleton site sites situation \
size sizes skill skip skipped slack slash sleep slice slide slider slot slots slow small smart smile smith smoke \
smooth smtp snake snapshot snippet snow soap soccer social socket soft software solar sold solid solution \
solutions solve some someone something song soon sort sorted sound source sources south space spaces spam \
spanish spark speak special specific specification specify speech speed spell spend spider spin splash split \
spoken sport sports spot spread spring sprint square stable stack staff stage staging standard star stars start \
started starter starting starts startup state stateless statement states static station statistics stats status \
stay steam steel step steps stick still stock stone stop stopped storage store stored stores stories storm story \
strange strategy stream streaming streams street strict strike string strings stripe strong structure stub \
student students studio study stuff style styles stylesheet subject submit submitted subnet subscribe subscriber \
subscribers subscription subscriptions substring success successful such suffix suggest suggestion suite summary \
summer sunday sunshine super superman supersecret supervisor supplier supply support supported supports sure \
surface surname surprise survey suspend svelte swagger swap sweet swift swim switch symbol symmetric synapse \
sync synchronous syntax system systems table tables tablet tabs tackle tags tail tailspin take taken takes \
talent talk target targets task tasks taxes teach teacher team teams tech technical technology telegram \
telemetry telephone tell temp temperature template templates temporary tenant tenants terminal terminate terms \
terraform test tested tester testing tests text texts than thank thanks that their them theme themes then there \
these they thing things think third this those though thought thousand thread threads threat three threshold \
through throw throws thumb thumbnail thunder thursday ticket tickets tiger tile time timeline timeout timeouts \
timer times timestamp timezone tiny title titles toast today together toggle token tokens tomcat tomorrow \
tonight tool toolbar tools tooltip topic topics topology topsecret total totals touch tough tour tower town toys \
trace traces tracing track tracker tracking trade traffic trail train training transaction transactions transfer \
transform transit transition translate translation translations transport travel traverse treasure tree trees \
trend trial tried trigger triggered triggers trim trip trouble truck true truncate trust trusted truth trying \
tuesday tunnel turn tutorial twelve twenty twice twilio twitter type typed types typescript typical ubuntu \
ultimate ultra unable unauthorized undefined under understand undo unicode uniform union unique unit units unity \
universal universe university unix unknown unless unlock until unused update updated updater updates upgrade \
upload uploaded uploader uploads upper uppercase upstream urgent usage used user username usernames users uses \
using usual usually utility utils uuid vacation vagrant valid validate validated validation validator validators \
valley value values vanilla variable variables variant various vault vaults vector vehicle vendor venture \
verbose verification verified verifier verify version versions versus vertical very victor victory video videos \
view viewer views village violet virtual virtue virus visible vision visit visitor visual vital voice volume \
volumes vote wait waiting wake walk wall wallet want warehouse warm warn warning warnings warrior wash watch \
watcher watching water wave weak wealth weather webapp webhook webhooks webpack website websites wednesday week \
weekend weekly weeks weight welcome well west what wheel when where whether which while white whole wide widget \
widgets width wiki wild wildcard will wind window windows wine wing wingtip winner winter wire wish with \
withdraw within without witness wizard woman wonder wonderful wood word wordpress words work worker workers \
workflow workflows working workload works workspace world worth would wrap wrapper write writer writing written \
wrong yahoo yarn year yearly years yellow yesterday yield young your yours yourself youth youtube yubikey zebra \
zero zeros zombie zone zones zookeeper zoom";
