import type { ReportTexts } from './texts.js';

/*
 * Türkçe. The terms are those of the page (src/web/text/tr.ts); doubtful ones stand in docs/translations.md. Names of parties
 * stand before a colon, so that no suffix has to follow their vowels.
 */

const within = (band: string | null) => (band ? ` (${band})` : '');
const ended = (text: string) => (/[.?!]$/.test(text) ? text : `${text}.`);

export const TURKISH: ReportTexts = {
  classes: {
    contested: 'çekişmeli alan',
    unknown: 'bilinmiyor',
    unassigned: 'hiçbir alanda değil',
    unmapped: 'harita dışında',
    front: 'cephe hattında',
  },
  verdicts: {
    encircled: 'kuşatılmış',
    not_encircled: 'kuşatılmamış',
    uncertain: 'belirsiz',
    unmapped: 'harita dışında',
    inactive: 'hizmette değil',
  },
  measures: {
    killed: 'ölü',
    killed_civilians: 'ölü sivil',
    killed_children: 'ölü çocuk',
    killed_women: 'ölü kadın',
    killed_soldiers: 'ölü asker',
    injured: 'yaralı',
    displaced: 'yerinden edilmiş',
    displaced_residents: 'yerinden edilmiş sakin',
  },
  eventKinds: {
    strike: 'hava saldırısı',
    attack: 'saldırı',
    displacement: 'yerinden edilme',
    casualties: 'kayıplar',
    statement: 'açıklama',
    population: 'nüfus',
  },
  kinds: {
    movement: 'sahadaki hareket',
    correction: 'harita düzeltmeleri',
    redefinition: 'çizilenin değişmesi',
  },
  qualified: (qualifier, number) =>
    ({
      exact: number,
      at_least: `en az ${number}`,
      more_than: `${number} üzerinde`,
      about: `yaklaşık ${number}`,
      nearly: `${number} kadar`,
      claimed: `bir tarafa göre ${number}`,
    })[qualifier] ?? number,
  counted: (number, measure) => `${number} ${measure}`,
  band: (low, high) => `${low} ile ${high} arası`,
  bandAtLeast: (low, high) => `en az ${low} ile ${high} arası`,
  percent: (number) => `%${number}`,
  area: (number) => `${number} km²`,
  length: (number) => `${number} km`,
  metres: (number) => `${number} m`,
  perDay: (number) => `günde ${number} km²`,
  about: (number) => `yaklaşık ${number}`,
  lessThan: (number) => `${number} altında`,
  net: (area) => `net ${area}`,

  when: (every, days) => ({ day: days, week: `${days} haftası`, month: `${days} ayı` })[every] ?? `${days} günleri`,
  headline: {
    grew: (party, area, when) => `${when}: ${party}, ${area} kazandı`,
    shrank: (party, area, when) => `${when}: ${party}, ${area} kaybetti`,
    still: (when) => `${when}: el değiştirdiği bilinen alan yok`,
    unsure: (when) => `${when}: haritanın kendi hatasını aşan bir değişiklik yok`,
    becameContested: (area, when) => `${when}: ${area} çekişmeli oldu`,
    settled: (party, area, when) => `${when}: ${party}, çekişmeli alanın ${area} kadarını elde etti`,
    becameUnknown: (area, when) => `${when}: ${area} için kimin elinde olduğu artık bilinmiyor`,
    becameKnown: (party, area, when) => `${when}: ${party}, kimde olduğu bilinmeyen ${area} üzerinde gösteriliyor`,
    bothWays: (party, gained, lost, when) => `${when}: ${party}, ${gained} kazandı ve ${lost} kaybetti`,
    open: (when) => `${when}: alan değişti, ama hiçbir tarafın net kazancı ya da kaybı kesin değil`,
    unknown: (when) => `${when}: alan denetimi hakkında bir şey söylenemez`,
  },
  lede: {
    grew: (party, area, band, total, share) =>
      `${party}: sonda başa göre ${area} fazla${within(band)}; toplam ${total}, haritalanan alanın ${share} kadarı.`,
    moved: (party, area, band, total, share) =>
      `${party}: sahada ${area} kazanç${within(band)}; sonda ${total}, haritalanan alanın ${share} kadarı.`,
    lost: (party, area, band) => `${party}: ${area} kayıp${within(band)}.`,
    held: (party, total, share) => `${party}: sonda ${total}, haritalanan alanın ${share} kadarı.`,
    through: (area) => `Kazancın ${area} kadarı önceden çekişmeliydi.`,
    wasUnknown: (area) => `Kazancın ${area} kadarının önceden kimde olduğu bilinmiyordu: önceden de elde olabilir.`,
    wasUnstated: (area) => `Kazancın ${area} kadarı için harita önceden bir şey söylemiyordu.`,
    toContested: (area, party) =>
      `${party ? `${party} alanının` : 'Haritalanan alanın'} ${area} kadarı çekişmeli oldu.`,
    toUnknown: (area, party) =>
      `${party ? `${party} alanının` : 'Çekişmeli alanın'} ${area} kadarının kimde olduğu artık bilinmiyor.`,
    toUnstated: (area, party) =>
      `${party ? `${party} alanının` : 'Çekişmeli alanın'} ${area} kadarı için harita sonda bir şey söylemiyor.`,
    reclaimed: (area) =>
      `Başka bir tarafa geçen alan yok, ama çekişmeli alanın ${area} kadarında sonda baştakinden başka bir taraf hak iddia ediyor.`,
    unknownOnBoth: (area) =>
      `${area} sonda baştakinden farklı çizilmiş, ama kimin elinde olduğu ne başta ne sonda biliniyor.`,
    withinError: 'Aşağıdaki kazanç ve kayıplar haritaların kendi hatasını aşmıyor.',
    nothing: (total) => `${total} büyüklüğündeki haritanın tümü sonda da baştaki gibiydi.`,
    places: (count, to, from, names, rest) =>
      `${to} tarafına geçen kent ve köy sayısı: ${count} (${from}): ${names}${rest > 0 ? ` ve ${rest} yer daha` : ''}.`,
    placesFrom: (count, whom) => `önceki: ${whom}${count ? ` ${count}` : ''}`,
    onWord: (publishers, rest) => `Kaynak: ${publishers}${rest > 0 ? ` ve ${rest} kaynak daha` : ''}.`,
    noWord: (count) => `Bu yerlerden ${count} tanesi için bilinen bildirim yok.`,
    noPlaces: 'El değiştirdiği bilinen kent ya da köy yok.',
    route: (name, km, to, held, length) =>
      `${name}: ${km} şu tarafa geçti: ${to}; sonda ${length} uzunluğun ${held} kadarı onda.`,
    routeStill: (name, held, by, length) =>
      `${name}: bilinen değişiklik yok; ${by}, ${length} uzunluğun ${held} kadarını elinde tuttu.`,
    disputed: (count, names) =>
      `Çekişmeli hale gelen kent ve köy sayısı: ${count}${names ? ` (${names}${count > 4 ? ' ve diğerleri' : ''})` : ''}.`,
    unknownPlaces: (count, names) =>
      `Sonda kimin elinde olduğu bilinmeyen kent ve köy sayısı: ${count}${names ? ` (${names}${count > 4 ? ' ve diğerleri' : ''})` : ''}.`,
    shownPlaces: (count, names) =>
      `Önce kimin elinde olduğu bilinmeyen, sonda bir tarafın elinde gösterilen kent ve köy sayısı: ${count}${names ? ` (${names}${count > 4 ? ' ve diğerleri' : ''})` : ''}.`,
    posts: (_, names, whose, verdict) => `Gözlem noktaları ${names} (${whose}): ${verdict}.`,
    killed: (number, reports) => `Bildirilen ölü sayısı: ${number} (${reports} bildirim).`,
    notMovement: (area, kind) => `Değişikliğin ${area} kadarı sahadaki hareket değil: ${kind}.`,
  },
  figures: {
    ground: (party) => `elde tutulan alanda net değişim: ${party}`,
    places: (count) => (count === 1 ? 'el değiştiren kent ya da köy' : 'el değiştiren kent ve köy'),
    route: (name, party) => `${name}; geçtiği taraf: ${party}`,
    front: 'sonda cephe hattının uzunluğu',
    posts: 'yeni kuşatılan gözlem noktası',
  },
  sections: {
    map: 'Harita',
    matrix: 'Alanı önce ve sonra kim elinde tuttu',
    bands: 'Kazançlar ve kayıplar',
    kinds: 'Hareket ve yeniden çizim',
    rate: 'Hız',
    places: 'El değiştiren yerler',
    openPlaces: 'Çekişmeli hale gelen ya da başta veya sonda kimin elinde olduğu bilinmeyen yerler',
    redrawnPlaces: 'Yalnızca yeniden çizilen haritada farklı gösterilen yerler',
    routes: 'Yollar',
    posts: 'Gözlem noktaları',
    front: 'Cephe hattı',
    events: 'İnsanlara ne oldu',
    gaps: 'Bu raporun bilmedikleri',
    comparison: 'İki haritanın karşılaştırması',
    differing: 'İki haritanın son günde ayrıldığı yerler',
    method: 'Nasıl yapıldı',
    patches: 'Alanın değiştiği yerler',
    others: 'Toplanmayan diğer sayılar',
  },
  columns: {
    party: 'Taraf',
    before: 'Önce',
    after: 'Sonra',
    gained: 'Kazanç',
    lost: 'Kayıp',
    net: 'Net',
    netOnMap: 'Şu haritada net değişim',
    range: 'Aralık',
    period: 'Dönem',
    perDay: 'Günlük net değişim',
    place: 'Yer',
    from: 'Kimden',
    to: 'Kime',
    on: 'Ne zaman',
    sources: 'Kimin sözüyle',
    road: 'Yol',
    kilometres: 'Uzunluk',
    post: 'Nokta',
    verdict: 'Durum',
    evidence: 'Kanıt',
    when: 'Ne zaman',
    what: 'Ne',
    where: 'Nerede',
    counted: 'Sayı',
    total: 'Toplam',
    heldBefore: 'önce elinde tutan',
    heldAfter: 'sonra elinde tutan',
    area: 'Alan',
    share: 'Değişimdeki pay',
    kind: 'Değişimin türü',
    maps: 'Harita',
    between: 'Kimler arasında',
    reports: 'Bildirim',
  },
  notes: {
    rounding: (unit) =>
      `Kilometrekare; satırlar, sütunlar ve toplam yine tutsun diye ${unit} birimine yuvarlandı: her sayı hemen altındaki ya da üstündeki birime gider, tabloyu yuvarlanmamış sayılara en çok yaklaştıran hangisiyse.`,
    counted: (before, after, means) =>
      `${before} haritasından ${after} haritasına kadar sayıldı: ${
        means === null
          ? 'seri, harita gününün ne anlama geldiğini belirtmiyor; o günün sonu sayıldı'
          : `bu serinin haritası gününün ${means === 'start' ? 'başını' : 'sonunu'} gösterir`
      }.`,
    standsFor: (map, day) => `${map} (${day} günü için harita yok)`,
    band: (accuracy, lowerBound) =>
      `“Aralık”, kim haklı olursa olsun dönemde çekişmeli ya da bilinmeyen olanı ve haritanın doğruluğunu (${accuracy}) içerir: haritanın çizimi bakımından doğru sayı üç seferin ikisinde bu aralıkta olmalıdır.${lowerBound ? ' Komşu noktaların hatalarının ne kadar birlikte değiştiği belirtilmemiş: aralık olabileceğin en dar halidir.' : ''}`,
    kinds: 'Haritadan haritaya toplandı: gidip dönen alan burada iki kez, yukarıda hiç sayılmaz.',
    rateUnknown:
      'Haritalar arasında bir alanın kimde olduğu bilinir ya da bilinmez hâle geldiyse hız verilmez: onu kimse kazanmadı ya da kaybetmedi.',
    rateRedrawn: 'Dönemdeki bir harita düzeltildiyse ya da çizilen değiştiyse hız verilmez.',
    rate: 'Her dönemin iki ucunu gösteren haritaların alanlarından, bu haritaların arasındaki gün sayısına bölünerek.',
    front: (ruler) => `${ruler} uzunluğunda bir cetvelle ölçüldü: daha ince bir cetvel daha fazlasını bulur.`,
    mostChanged: (party, area, direction, near, isLoss) =>
      `En çok alan ${direction} yönünde el değiştirdi: ${party}, ${area} ${isLoss ? 'kayıp' : 'kazanç'}${near ? ` (en büyük parça: ${near})` : ''}.`,
    events:
      'Herkes bir kez sayılır: bir sayının parçaları, daha büyük sayıların içindekiler ve başka günlere ait sayılar aşağıda verilir, toplanmaz. Türler örtüşür: birbirine eklemeyin.',
    notSummed: {
      part_of_count: 'önceki sayının parçası',
      part_of_event: 'daha büyük bir sayının içinde',
      other_period: 'başka günlerde sayıldı',
      overlapping_period: 'daha büyük bir sayıyla örtüşüyor',
      no_number: 'sayı verilmedi',
      not_additive: 'bu dönemdeki kişi sayısı değil',
    },
    redrawn: 'Yalnızca yeniden çizilenle birlikte; “Hareket ve yeniden çizim” bunu ayırır.',
    noise: (area) => `Aynı sınırları yeniden çizmek tek başına ${area} kadar kazanç ve bir o kadar kayıp doğurur.`,
    halfway: (km) => `Sondaki uzunluğun ${km} kadarı, hiçbir tarafın elinde olduğu bilinmeyen alanın ortasından geçer.`,
    heldAtEnd: (roads) => `Sonda elde tutulan: ${roads}`,
    totals: ended,
    noEvents: 'Bu günler için bir kayıt yok. Bu, bir şey olmadığı anlamına gelmez.',
    noPosts: 'Hiçbir noktanın durumu değişmedi.',
    comparison: (first, second, on, agreed, percent) =>
      `${on} günü “${first}” ile “${second}” ${agreed} üzerinde uyuştu (${percent}). İki harita arasındaki fark iki yayıncı arasındaki farktır, değişim değildir.`,
    noDifference: 'Hiçbir yerde.',
    asOnMap: 'Yalnızca harita: bu yer için kayıtlı bildirim yok.',
    inferred: 'Hiçbir bildirim bu yeri anmıyor: çevresindeki her şey el değiştirdikten sonra çıkarıldı.',
    noSource: 'kayıtlı kaynak yok',
    via: (publisher, via) => `${publisher}, ${via} aracılığıyla`,
    query: 'Altı çizili her sayı, onu veren soruya götürür.',
  },
  gaps: {
    stale: ({ until }, series) =>
      `“${series}” yalnızca ${until} gününe kadar tamdır, bu dönemden önce: son halini gösterir.`,
    ends_earlier: ({ until, to }, series) =>
      `“${series}” yalnızca ${until} gününe kadar tamdır; ${to} gününe kadarki günler için bir şey söylenmez.`,
    begins_later: ({ first }, series) =>
      `“${series}” ${first} günü başlar: o günden önce ya da o gün değişenler bu raporda yok.`,
    no_map_in_period: ({ last }, series) => `“${series}” için bu dönemde yeni harita yok; sonuncusu: ${last}.`,
    missing_days: ({ from, to, days, usual }, series) =>
      `“${series}” için ${from} ile ${to} arasında harita yok (${days} gün${usual === undefined ? '' : `; olağan aralık: ${usual}`}).`,
    held: ({ count }, series) =>
      `“${series}” için bir kişinin incelemesini bekleyen ve bu raporda olmayan harita: ${count}.`,
    not_located: ({ events }) =>
      `Bilinen bir yer anmayan, bu bölgeye ait olup olmadığı bilinmeyen ve sayılmayan olay: ${events}.`,
    no_places: (_, series) => `“${series}” için kayıtlı kent ya da köy yok: el değiştiren olup olmadığı bilinmiyor.`,
    no_sides: (_, series) =>
      `“${series}” bir tarafın kesin olarak elinde tuttuğu alan göstermiyor: cephe hattı yoktur.`,
    no_front: (_, series) => `“${series}” yalnızca bir tarafın alanını gösterir: cephe hattı yoktur.`,
    front_unknown: ({ on }, series) =>
      `“${series}”, ${on} günü cephe hattının karşısındaki alanın kimde olduğunu göstermiyor: hattın o günkü uzunluğu bilinmiyor.`,
    unknown_ground: ({ km2, percent }, series) =>
      `“${series}” alanının ${km2} km² (%${percent}) kadarı için bir taraf belirtmiyor: kimde olduğu bilinmiyor.`,
  },
  unknown: {
    future: () => 'Bu günler henüz gelmedi.',
    not_over: () => 'Dönem henüz bitmedi.',
    before_first_map: ({ last_map, next_map }, series) =>
      last_map || next_map
        ? `“${series}” için karşılaştırılacak harita yok: ilki ${last_map ?? next_map}.`
        : `“${series}” için harita yok.`,
    no_map: ({ last_map }, series) => `“${series}” için bu günlere ait harita yok; öncesindeki sonuncusu: ${last_map}.`,
    map_too_old: ({ last_map, before_map, max_age_days }, series) =>
      `“${series}” haritaları çok aralıklı: bir harita en çok ${max_age_days} gün geçerlidir; dönem ${before_map ? 'başına' : 'sonuna'} kadarki sonuncusu: ${before_map ?? last_map}.`,
  },
  noMapSince: (map, series) =>
    `“${series}” serisinin ${map} tarihli haritası o günün başını gösteriyor; bu günlerde sonrasını gösteren harita yok.`,
  notKnown: 'bilinmiyor',
  noGaps: 'Bilinen bir eksik yok.',
  directions: {
    N: 'kuzey',
    NE: 'kuzeydoğu',
    E: 'doğu',
    SE: 'güneydoğu',
    S: 'güney',
    SW: 'güneybatı',
    W: 'batı',
    NW: 'kuzeybatı',
  },
  picture: {
    map: (region, days) => `${region}, ${days}`,
    mapDescription: (sentence, before, after) =>
      `Yan yana üç harita: ${before} ve ${after} günlerinde alanı kimin elinde tuttuğu ve arada ne değiştiği. ${sentence}`,
    before: (day) => `Önce: ${day}`,
    after: (day) => `Sonra: ${day}`,
    difference: 'Ne değişti',
    chart: (region) => `Elde tutulan alan, ${region}`,
    chartDescription: (rows) => `Zaman içinde taraflara göre alan. ${rows.join(' ')}`,
    wonBy: (party) => `kazanç: ${party}`,
    claimedBy: (party) => `iddia eden: ${party}`,
    otherChange: 'çekişmeli ya da bilinmez hale geldi',
    legend: {
      post: 'gözlem noktası',
      postUncertain: 'kuşatılıp kuşatılmadığı belirsiz nokta',
      postCutOff: 'kuşatılmış nokta',
      postOffMap: 'harita dışındaki nokta',
      route: 'yol',
      theatre: 'haritalanan alanın kenarı',
    },
    north: 'K',
    chartAxis: 'km²',
  },
  alerts: {
    verdict: (number, name, operator, from, to, days) =>
      `Gözlem noktası ${number} (${name}, ${operator}): ${from} → ${to}, ${days}`,
    verdictRedrawn: (number, name, operator, from, to, days, kind) =>
      `Gözlem noktası ${number} (${name}, ${operator}): ${from} yerine ${to}; sahadaki hareket değil, ${kind}, ${days}`,
    place: (name, from, to, days) => `${name}: ${from} → ${to}, ${days}`,
    route: (km, name, from, to, day) => `${name}: ${km} el değiştirdi (${from} → ${to}), ${day}`,
    toldBefore: (headline, day) =>
      `${headline} (daha önce ${day} tarihiyle bildirildi; sonradan kaydedilen haritalar bunu düzeltti)`,
    gained: (party, area, days) => `${party}: ${area} kazanç, ${days}`,
    lost: (party, area, days) => `${party}: ${area} kayıp, ${days}`,
    held: (day) => `${day} haritası inceleme bekliyor`,
    heldWhy: 'Önceki haritadan alışılmadık ölçüde farklı.',
    old: (title, newest, days) => `${title}: en yeni harita ${newest}, ${days} günlük`,
    oldWhy: 'O günden beri ne olduğu bilinmiyor.',
    accuracy: (length) => `Haritanın doğruluğu: ${length}.`,
    range: (band) => `Üç seferin ikisinde ${band}.`,
    noClaim: 'Hiçbir bildirim bu yeri anmıyor: çevresinden çıkarıldı.',
    noReport: 'Yalnızca harita: bu yer için kayıtlı bildirim yok.',
    source: 'Kimin sözüyle',
    certainty: 'Ne kadar kesin',
    digest: (title, _, number) => `${title}: ${number} uyarı`,
  },
  mail: {
    open: 'Tarayıcıda aç',
    why: (title) => `Adresiniz “${title}” alıcıları arasında olduğu için bu iletiyi alıyorsunuz.`,
    unsubscribe: 'Abonelikten çık',
    unsubscribeQuestion: (title) => `“${title}” iletileri artık gelmesin mi?`,
    unsubscribed: (title) => `“${title}” iletileri artık gelmeyecek.`,
    subscribeAgain: 'Yeniden abone ol',
    subscribedAgain: (title) => `“${title}” iletileri yeniden gelecek.`,
  },
  page: {
    previous: 'Önceki dönem',
    next: 'Sonraki dönem',
    map: 'Son günün haritası',
    all: 'Tüm dönemler',
    feed: 'Akış',
    files: 'Dosya olarak',
    made: (instant, edition) => `Hazırlandığı an: ${instant}, sürüm ${edition}.`,
    corrected: (headline) => `Düzeltme: ${headline}`,
    withdrawn: (headline) => `Geri çekildi: ${headline}`,
    withdrawnSeries: (title, instant, why) =>
      `“${title}” serisi geri çekildi (${instant})${why === null ? '' : `: ${why}`}. Burada söylenenler daha önce yayımlandı ve artık geçerli değil.`,
    corrects: (edition, differences) => `Bu sürüm, ${edition}. sürümü düzeltir; farklı olan ifadeler: ${differences}.`,
    differs: (what, before, after) => `${what}: önce ${before ?? 'belirtilmemiş'}, şimdi ${after ?? 'belirtilmemiş'}`,
    moreDiffer: (count) => `ve ${count} tane daha`,
    superseded: (edition) => `Bu dönemin ${edition}. sürümü bunu düzeltir; bu sürüm artık geçerli değil.`,
    newest: 'En yeni sürüm',
  },
  stamp: {
    knownAt: (instant) =>
      `Yayıncının ${instant} anında bildiği kadarıyla. Aynı an için yeniden yapılan rapor bayt bayt aynıdır.`,
    source: (publisher, licence) => `Harita: ${publisher}, ${licence}.`,
    method: ended,
    edition: 'Salient ile yapıldı.',
  },
};
