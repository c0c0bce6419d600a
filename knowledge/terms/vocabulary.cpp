#include "knowledge/terms/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <unordered_set>

#include "knowledge/terms/word_list.hpp"

namespace stillholds {
namespace {

constexpr std::string_view stop_words = R"(
a an the this that these those there here it its itself he she him her his hers they them their theirs we our ours you
your yours i me my mine myself yourself themselves ourselves u ur ya yall thats theres heres hes shes theyre were youre
im ive id ill youve weve theyve itll lets
and or but nor so if then than as of at by for from in into on onto to with within without about against between during
before after above below over under again out off up down per via vs v versus upon toward towards through
is am are was be been being do does did doing done have has had having can could may might must shall should will would
isnt arent wasnt werent dont doesnt didnt dosent dosnt doesent havent hasnt hadnt cant cannot couldnt wont wouldnt shouldnt mustnt
aint isn aren wasn weren don doesn didn haven hasn hadn couldn wouldn shouldn not no never none neither
what whats which who whos whom whose when where why how hows whether
all any both each few more most other some such only own same too very just even also ever yet still else already anymore
really actually basically literally currently now nowadays today much many lot lots quite rather
because bc cuz cos since until while though tho although however
lol lmao lmfao rofl omg wtf tbh imo imho idk iirc afaik btw fyi pls plz please hey hi hello yo bro dude man guys rn smh
gonna wanna gotta kinda sorta yeah yes yep nope nah ok okay oh well hmm um uh eh huh r n s t
)";

constexpr std::string_view han_stop_words = R"(
的 了 吗 呢 吧 啊 呀 嘛 么 哦 哈 着 过 地 得 之 与 和 及 或 而 且 但 但是 并 并且 也 都 就 还 又 再 才 很 太 更 最 非常
是 不是 是不是 有 没有 没 有没有 不 会 会不会 能 能不能 可以 可能 要 应该 在 从 到 对 对于 于 以 由 被 把 让 给 向 为 为了
这 那 这个 那个 这些 那些 这种 那种 它 他 她 我 你 您 们 我们 你们 他们 它们 自己 什么 怎么 怎样 怎么样 如何 为什么 为何
哪 哪个 哪些 哪里 谁 多少 几 现在 目前 如今 今天 后来 仍 仍然 依然 还是 已经 已 真 真的 到底 究竟 其实 说 说法 一个 一 个
大部分 大多 大多数 多数 全都 基本 基本上 没变 不变 未变
因为 所以 如果 虽然 请问 请 一下 上 下 里 中 等 某 各 每 只 只有 那么 这么 这样 那样
)";

// key: spellings. Countries and the like that any article may name, and companies and people as the Chinese call them:
// a key with a capital is a name.
constexpr std::string_view alias_table = R"(
@usa: us, usa, america, american, americans, united states, united states of america, the states, u s, u s a, 美国, 美方, 美国国内
@china: china, chinese, prc, people s republic of china, peoples republic of china, 中国, 中方, 我国, 国内
@china 国产: 国产
@usa @china: 中美, 美中, sino american
@uk: uk, britain, british, united kingdom, great britain, 英国
@eu: eu, european union, 欧盟
@europe: europe, european, europeans, 欧洲
@asia: asia, asian, asians, 亚洲
@africa: africa, african, africans, 非洲
@latinamerica: latin america, south america, latin american, south american, 拉美, 南美
@mideast: middle east, middle eastern, 中东
@india: india, indian, indians, 印度
@japan: japan, japanese, 日本
@southkorea: south korea, south korean, 韩国
@northkorea: north korea, north korean, 朝鲜
@korea: korea, korean, koreans
@taiwan: taiwan, taiwanese, 台湾
@hongkong: hong kong, 香港
@singapore: singapore, singaporean, 新加坡
@russia: russia, russian, russians, 俄罗斯, 俄国
@ukraine: ukraine, ukrainian, ukrainians, 乌克兰
@germany: germany, german, germans, 德国
@france: france, french, 法国
@italy: italy, italian, italians, 意大利
@spain: spain, spanish, 西班牙
@netherlands: netherlands, dutch, 荷兰
@sweden: sweden, swedish, 瑞典
@norway: norway, norwegian, 挪威
@denmark: denmark, danish, 丹麦
@finland: finland, finnish, 芬兰
@switzerland: switzerland, swiss, 瑞士
@austria: austria, austrian, 奥地利
@belgium: belgium, belgian, 比利时
@poland: poland, 波兰
@ireland: ireland, irish, 爱尔兰
@portugal: portugal, portuguese, 葡萄牙
@greece: greece, greek, 希腊
@canada: canada, canadian, canadians, 加拿大
@mexico: mexico, mexican, mexicans, 墨西哥
@brazil: brazil, brazilian, 巴西
@argentina: argentina, argentinian, argentine, 阿根廷
@australia: australia, australian, australians, 澳大利亚, 澳洲
@israel: israel, israeli, israelis, 以色列
@iran: iran, iranian, 伊朗
@iraq: iraq, iraqi, 伊拉克
@saudiarabia: saudi arabia, saudi, saudis, 沙特
@uae: uae, emirates, emirati, united arab emirates, 阿联酋
@southafrica: south africa, south african, 南非
@nigeria: nigeria, nigerian, 尼日利亚
@egypt: egypt, egyptian, 埃及
@pakistan: pakistan, pakistani, 巴基斯坦
@indonesia: indonesia, indonesian, 印度尼西亚, 印尼
@malaysia: malaysia, malaysian, 马来西亚
@vietnam: vietnam, vietnamese, 越南
@thailand: thailand, thai, 泰国
@philippines: philippines, filipino, 菲律宾
@ai: ai, artificial intelligence, 人工智能
Google: goog, googl, 谷歌
Microsoft: msft, 微软
Apple: 苹果
Amazon: amzn, 亚马逊
Facebook: 脸书
Nvidia: nvda, 英伟达, 辉达
Intel: 英特尔
Samsung: 三星
TSMC: 台积电
Tesla: 特斯拉
Huawei: 华为
Alibaba: 阿里巴巴, 阿里
Tencent: 腾讯
Baidu: 百度
ByteDance: 字节跳动, 字节
Xiaomi: 小米
Musk: 马斯克
Zuckerberg: 扎克伯格
Trump: 特朗普, 川普
Biden: 拜登
abroad: overseas, 海外, 国外, 境外
catch: caught, 追上, 赶上, 赶超, 追赶
copy: 抄袭, 照抄, 山寨, 抄
lead: no 1, number 1, number one, first place, in front
data center: datacenter, datacenters, datacentre, datacentres
)";

using word_set = std::unordered_set<std::string_view>;

word_set set_of(std::string_view list) {
  word_set set;
  each_word(list, [&](std::string_view word) { set.insert(word); });
  return set;
}

std::map<std::string_view, std::vector<alias>> read_aliases() {
  std::map<std::string_view, std::vector<alias>> by_first;
  for (std::size_t line = 1; line < alias_table.size();) {
    const auto end = alias_table.find('\n', line);
    const auto row = alias_table.substr(line, end - line);
    const auto colon = row.find(':');
    for (std::size_t at = colon + 1; at < row.size();) {
      const auto comma = std::min(row.find(',', at), row.size());
      alias entry{.words = {}, .key = row.substr(0, colon)};
      each_word(row.substr(at, comma - at), [&](std::string_view word) { entry.words.push_back(word); });
      by_first[entry.words.front()].push_back(std::move(entry));
      at = comma + 1;
    }
    line = end + 1;
  }
  for (auto& [first, entries] : by_first) {
    std::ranges::sort(entries, [](const alias& a, const alias& b) { return a.words.size() > b.words.size(); });
  }
  return by_first;
}

}  // namespace

bool is_stop_word(std::string_view word) noexcept {
  static const word_set words = set_of(stop_words);
  return words.contains(word);
}

std::string_view all_stop_words() noexcept { return stop_words; }

bool is_han_stop_word(std::string_view word) noexcept {
  static const word_set words = set_of(han_stop_words);
  return words.contains(word);
}

std::span<const alias> aliases_of(std::string_view first_word) noexcept {
  static const auto by_first = read_aliases();
  const auto found = by_first.find(first_word);
  return found == by_first.end() ? std::span<const alias>{} : std::span<const alias>(found->second);
}

const alias* han_alias_at(std::string_view text) noexcept {
  static const auto han = [] {
    std::vector<alias> entries;
    for (const auto& [first, aliases] : read_aliases()) {
      if (static_cast<unsigned char>(first[0]) >= 0x80) entries.insert(entries.end(), aliases.begin(), aliases.end());
    }
    std::ranges::sort(entries, [](const alias& a, const alias& b) { return a.words[0].size() > b.words[0].size(); });
    return entries;
  }();
  const auto found = std::ranges::find_if(han, [&](const alias& entry) { return text.starts_with(entry.words[0]); });
  return found == han.end() ? nullptr : &*found;
}

bool takes_pronoun(std::string_view word) noexcept {
  static const word_set words = set_of(
      "tell tells told let lets give gives gave show shows showed remind help helps helped make "
      "makes made ask asks asked join follow contact teach taught send sent leave left want wants "
      "gets kill kills killed save saved all most many some both none each rest");
  return words.contains(word);
}

}  // namespace stillholds
