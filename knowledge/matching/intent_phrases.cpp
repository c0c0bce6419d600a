#include "knowledge/matching/intent_phrases.hpp"

#include <array>

namespace stillholds {
namespace {

constexpr auto classes = std::to_array<word_class>({
    {'P',
     "piece article post posts essay note text story column writeup blog newsletter publication op ed author editor "
     "editors they"},
    {'U',
     "update updated updating updates revise revised revising revision rewrite rewritten rewriting correct corrected "
     "correcting "
     "correction corrections amend amended retract retracted retraction fix fixed fixing edit edited editing refresh "
     "refreshed "
     "withdraw "
     "withdrawn erratum errata"},
    {'R',
     "true truth accurate accurately valid correct right relevant hold holds held holding stand stands stood standing "
     "legit reliable trustworthy supported current survived survive survives aged date"},
    {'W',
     "false wrong incorrect inaccurate outdated obsolete stale dated overturned overtaken unsupported unresolved "
     "disproved debunked refuted bs bullshit crap garbage nonsense rubbish lies bogus expired bunk bollocks trash "
     "hogwash "
     "fail fails failed"},
    {'C',
     "claim claims claimed claiming point points statement statements assertion assertions section sections fact facts "
     "part parts "
     "bit bits line lines item items entry entries"},
    {'A', "any anything all everything whole each every much most none nothing rest half how many which what stuff"},
    {'H',
     "changed change changes changing different new moved shifted shift shifts happened updates news difference "
     "differences "
     "developments evolved"},
    {'S', "backing links source sources sourcing reference references citation citations evidence proof"},
    {'T',
     "thanks thank thx ty cheers nice great good cool awesome amazing brilliant interesting lovely love loved enjoyed"},
    {'K', "checked check checks reviewed review verified verify factchecked audited updated refreshed looked"},
});

constexpr auto patterns = std::to_array<intent_pattern>({
    {article_topic::provenance, "what|whats|which|where * S"},
    {article_topic::provenance, "S please|pls"},
    {article_topic::provenance, "= S"},
    {article_topic::provenance, "got|have S"},
    {article_topic::update, "= U"},
    {article_topic::provenance, "your|the|its|any|list|show|give|cite|no S"},
    {article_topic::provenance, "when * K"},
    {article_topic::provenance, "last K"},
    {article_topic::provenance, "how old|recent|fresh is|are|r this|these|that|it|your|the"},
    {article_topic::provenance, "as of when|what"},
    {article_topic::provenance, "= as of"},
    {article_topic::provenance, "how current|fresh|recent"},
    {article_topic::provenance, "check|checks|verify|verifies|vet|vets * S"},
    {article_topic::provenance, "who * K"},
    {article_topic::provenance, "who wrote|runs|maintains|decides|says"},
    {article_topic::provenance, "how do you know"},
    {article_topic::provenance, "when was|were|is|did * written|wrote|published|posted|released"},
    {article_topic::provenance, "what|whats * base|based|basing"},
    {article_topic::provenance, "where|wheres * get|getting|got"},
    {article_topic::provenance,
     "where|wheres * this|these|that|those|it|data|numbers|figures|info|claims|come|comes|came|taken|pulled * from"},
    {article_topic::provenance, "says who"},
    {article_topic::update,
     "should|must|need|needs|ought|better|would|worth|time|has|have|why|did|does|do|will|to|dont|doesnt|please|going|"
     "gonna|shouldnt|couldnt|wont|wouldnt|hasnt|havent|isnt|arent|due|overdue|ripe|when * U"},
    {article_topic::update, "U * P|this|it|that"},
    {article_topic::update, "P|this|it * needs|need|deserves|requires * U|editing|work"},
    {article_topic::update, "still|be up to date"},
    {article_topic::update, "new|updated|revised|newer version $"},
    {article_topic::update, "new|updated|revised|newer version of P|this|it|that"},
    {article_topic::update, "new|updated|revised|newer version of the|this|that|your|their P"},
    {article_topic::update, "new|updated|revised|newer version out|coming|planned|available|soon|yet|please"},
    {article_topic::update, "what would|should|could you|they|he|she|we|i change $"},
    {article_topic::update, "what would|should|could you|they|he|she|we|i change here|now|today $"},
    {article_topic::update, "what would|should|could you|they|he|she|we|i change if"},
    {article_topic::update, "what would|should|could you|they|he|she|we|i change about|in P|this|it|that $"},
    {article_topic::update, "what would|should|could you|they|he|she|we|i change about|in the|this|that|your P $"},
    {article_topic::update, "take * down"},
    {article_topic::update, "U or nah|not|no"},
    {article_topic::changed, "= any H"},
    {article_topic::changed, "what|whats|anything|something|nothing|much|which|how|has|have|did * H"},
    {article_topic::changed, "H since"},
    {article_topic::changed, "latest|biggest|main|major H"},
    {article_topic::changed, "any|list|show|summary|the H"},
    {article_topic::overview, "how|what many|much|share|percent|percentage|fraction|proportion * R|W"},
    {article_topic::overview, "tl dr"},
    {article_topic::overview, "how many * C"},
    {article_topic::overview, "what|whats|which * R|W"},
    {article_topic::overview, "A * R|W"},
    {article_topic::overview,
     "is|are|was|were|does|do|did|isnt|arent|doesnt|aint|has|have * this|it|that|these|they|P * R|W"},
    {article_topic::overview, "P * R|W"},
    {article_topic::overview, "is|are|was|were|do|does|did * numbers|figures|data|facts|stats|C * R|W"},
    {article_topic::overview, "this|it|that is|was|all W"},
    {article_topic::overview, "this|it|that still R|W"},
    {article_topic::overview, "this|it|that W"},
    {article_topic::overview, "? this|it|that is|was|all R"},
    {article_topic::overview, "? this|it|that R"},
    {article_topic::overview, "R|W or R|W|not|nah"},
    {article_topic::overview, "still|really R|W"},
    {article_topic::overview, "worth reading|sharing|citing|quoting"},
    {article_topic::overview, "age|aged|ages * well|badly|poorly|fine"},
    {article_topic::overview, "has|how * age|aged|held"},
    {article_topic::overview, "how R|credible is|are|was"},
    {article_topic::overview,
     "summary|overview|tldr|rundown|recap|scorecard|verdict|verdicts|summarise|summarize|status"},
    {article_topic::overview, "sum|sums up"},
    {article_topic::overview, "sum|sums P|this|it|that|them|these up"},
    {article_topic::list, "list|show|give|name|see * C"},
    {article_topic::list, "what|which * C"},
    {article_topic::list, "what does|did * P|it|this|he|she|they|author say|claim|argue|assert|cover"},
    {article_topic::list, "what * you * cover|know|answer|track"},
    {article_topic::list, "what|which * i|we|one|people|readers * ask|query"},
    {article_topic::list, "all * C"},
    {article_topic::list, "list|show|give * everything"},
});

constexpr std::string_view frame_words = R"(
figure figures say says said claim claims argue argued assert give tell show list name see know like get want please explain cover track answer
still really actually exactly even yet since then now today wrote written write published first original originally here there
thing things stuff bot guys people someone anyone everyone author editor time worth need needs ought better deserve deserves
piece whole many much little lot well badly poorly fine age ages last latest recent recently summary overview tldr rundown recap scorecard
verdict verdicts status summarise summarize summarize percentage share fraction proportion number total count date up
take down doing done going go keep leave nah or not fresh who runs maintains decides work editing check checks verify verifies vet vets current honestly seriously
hell fuck fucking damn freaking bloody shit shitty heck stupid dumb lol year years month months ago back long when after all
believe trust sure think guess wonder asking question ask anymore everything anything nothing something requires have has
reading sharing citing quoting quick somebody nearly almost never had flat worst mostly got short version look total checking rewrote
page link info information old nobody noone anybody nobodys f tl dr due overdue ripe reader readers thread comment ever one ones way big major important biggest main most far ok okay nope yep thanks thank thx ty tysm cheers
overall late authors full complete start beginning outset nutshell sum sums minute read
find turn turned base based basing publish issue print credible checked compared compare compares delete)";

constexpr auto han_patterns = std::to_array<intent_pattern>({
    {article_topic::provenance, "来源|出处|依据是|证据是|参考资料|数据从哪|谁说的|凭什么"},
    {article_topic::provenance, "截至|截止 什么|哪|何|几"},
    {article_topic::provenance, "谁写的|谁发的|谁发表"},
    {article_topic::provenance, "什么时候|何时|哪年|几月 写的|发的|发表|发布|刊登"},
    {article_topic::provenance, "最后|最近|上次 更新|核查|核实|审核 什么时候|何时|哪天|几号|日期"},
    {article_topic::provenance, "什么时候|何时|上次|最近一次|最后一次|谁 核查|核实|查证|审核|检查|更新的|核对"},
    {article_topic::update,
     "应该|该不该|要不要|需要|需不需要|是否|有必要|用不用|得|必须|该|为什么不|能不能|别|赶紧|赶快|还不|麻烦 "
     "更新|修改|改写|更正|修订|撤回|重写|撤稿|改"},
    {article_topic::update,
     "文章|这篇|那篇|原文|帖子|作者|文 不用改|要改|该改|得改|别改|更新|修改|改写|更正|修订|撤回|重写|撤稿"},
    {article_topic::update, "更新|修改|更正|修订|撤回 文章|这篇|原文|帖子|它|一下|吧|吗|呗"},
    {article_topic::overview, "多少|几条|几个|几项|哪些|哪几 成立|过时|推翻|站得住|站不住|不实|属实|准确|正确|错"},
    {article_topic::overview, "有多少|多少条|几条|几个 论断|说法|观点|论点"},
    {article_topic::overview,
     "这|它|文章|原文|全部|都|所有|哪些|整体|内容|说法|任何|一切 "
     "成立|属实|准确|正确|过时|站得住|可信|靠谱|对吗|真的吗|胡说|扯淡|错"},
    {article_topic::overview, "总结|概括|概述|总览|综述|整体情况"},
    {article_topic::overview, "还|仍|现在 成立|属实|准确|站得住|靠谱"},
    {article_topic::list, "列出|有哪些|哪些|列举|所有|全部 论断|说法|观点|论点|主张|结论"},
    {article_topic::list, "文章|这篇|原文|作者|你 说了什么|讲了什么|说了啥|主张什么|讲什么|说什么|能回答什么"},
    {article_topic::changed, "什么|哪些|啥|多少|有何|有没有 变化|变了|改变|变动|不同|新进展|新情况|变"},
    {article_topic::changed, "变化|进展"},
    {article_topic::list, "列一下|列个|列出来"},
});

constexpr auto advice = std::to_array<std::string_view>({
    "should|shall i|we|you|u * buy|sell|invest|short|hold|get|use|study|learn|move|quit|switch",
    "can|could|may i * buy|sell|invest|short",
    "can|could|may we * buy|invest|short",
    "can|could|may i|we patent|copyright|trademark",
    "is|are * a buy $",
    "is|are * a buy now|today|yet|still|right|or|after|before|at|here",
    "good|bad|safe|better|best|solid * stock|stocks|share|shares|investment|buy|bet|laptop|phone|gift",
    "stock|stocks|shares|coin|token * buy|sell|hold|invest|pick|picks|tip|tips|price",
    "how to",
    "how do|can|should|would|could i|you|u|one * "
    "use|make|write|file|get|apply|buy|install|register|log|sign|sell|learn|start|mine|"
    "fix|set|build|run|train|delete|change",
    // Only right behind: "how do you know they did not cancel it" is another question.
    "how do|can|should|would|could i|you|u|one "
    "connect|pair|cancel|turn|reset|download|unlock|charge|clean|return|sync|transfer|upgrade|become|join|protect|"
    "disable|enable|repair|replace",
    "buy|sell|invest * stock|stocks|shares|coin|token",
    "worth buying|investing|it",
    "^ best * for|under",
    "what|whats|which best * for|under",
    "which|what * should|would i|we|you * buy|get|pick|choose|use",
    "which|what university|universities|school|schools|college|colleges|degree|degrees|course|courses|phone|phones|"
    "laptop|laptops|subscription|plan is|are * best for|to "
    "a|my|me|studying|study|learning|students|somebody|someone",
    "recommend",
    "any|have recommendations|tips|advice",
    "who|which|what will|gonna * win|lead|dominate",
});

constexpr auto advice_han = std::to_array<std::string_view>(
    {"该不该|要不要|应该|适合|值得 买|卖|投资|入手|抄底", "股票|股价|基金 买|卖|涨|跌|吗|多少", "推荐",
     "哪款|哪只 好|值得|买", "哪个 值得|买", "怎么|如何|怎样 申请|登录|注册|安装|下载|购买|买|办理|使用|投资|学"});

constexpr auto price = std::to_array<std::string_view>({
    "how much is|are|does|do|for * cost",
    "cheap|cheaper|cheapest|affordable|price|pricing",
    "how much is|are|for a|an|the|these|those|new glasses|phone|phones|car|cars|laptop|laptops|headset|headsets",
    "how much is|are|for a|an|the|these|those * meta|ban|new|latest "
    "glasses|phone|phones|car|cars|headset|headsets",
});

constexpr auto price_han = std::to_array<std::string_view>(
    {"要多少钱|卖多少钱|多少钱一|一个月多少钱$|每个月多少钱$|每月多少钱$|多少钱订阅|什么价格|价格多少|贵不贵|便宜吗"});

constexpr auto han_frame = std::to_array<std::string_view>(
    {"列一下",   "列出来",   "列个",     "大部分",   "最后",     "哪天",     "几号",     "日期",     "那部分",
     "这部分",   "部分",     "大多数",   "大多",     "没变",     "赶紧",     "赶快",     "麻烦",     "不变",
     "未变",     "截至",     "截止到",   "截止",     "什么时候", "最近一次", "最后一次", "到底",     "究竟",
     "这篇文章", "那篇文章", "文章里",   "文章",     "这篇",     "那篇",     "原文",     "帖子",     "作者",
     "应该",     "该不该",   "要不要",   "需不需要", "需要",     "是否",     "有必要",   "必须",     "为什么",
     "更新",     "修改",     "改写",     "更正",     "修订",     "撤回",     "重写",     "撤稿",     "多少条",
     "多少",     "几条",     "几个",     "几项",     "哪些",     "哪几条",   "哪几",     "哪条",     "全部",
     "所有",     "整体",     "内容",     "任何",     "一切",     "情况",     "列出",     "列举",     "有哪些",
     "论断",     "说法",     "观点",     "论点",     "主张",     "结论",     "说了什么", "讲了什么", "说了啥",
     "总结",     "概括",     "概述",     "总览",     "综述",     "成立",     "属实",     "准确",     "正确",
     "过时",     "推翻",     "站得住脚", "站得住",   "站不住脚", "站不住",   "不成立",   "不实",     "哪年",
     "几月",     "刊登",     "发的",     "写",       "可信",     "靠谱",     "真的",     "胡说",     "扯淡",
     "八道",     "错误",     "对错",     "来源",     "出处",     "依据",     "证据",     "参考资料", "数据从哪来",
     "数据从哪", "核查",     "核实",     "查证",     "审核",     "检查",     "核对",     "上次",     "何时",
     "变化",     "变了",     "改变",     "变动",     "不同",     "进展",     "新情况",   "有什么",   "有没有",
     "有何",     "什么",     "如今",     "现在",     "目前",     "还是",     "仍然",     "依然",     "已经",
     "已",       "以来",     "至今",     "之后",     "以后",     "当时",     "那时",     "的时候",   "发表",
     "发布",     "写的",     "刚",       "给我",     "告诉我",   "请问",     "一下",     "能不能",   "能否",
     "回答",     "知道",     "凭什么",   "谁说",     "谁",       "啥",       "怎么样",   "怎么",     "怎样",
     "最大",     "主要",     "重要",     "最近",     "最新",     "大家",     "他们",     "你们",     "我们",
     "它们",     "这些",     "那些",     "这个",     "那个",     "其中",     "里面",     "是不是",   "不是",
     "不对",     "吗",       "呢",       "吧",       "啊",       "了",       "的",       "是",       "还",
     "仍",       "都",       "有",       "没",       "这",       "那",       "它",       "你",       "我",
     "他",       "在",       "被",       "和",       "与",       "就",       "也",       "又",       "该",
     "要",       "得",       "从",       "自",       "对",       "错",       "变",       "改",       "说",
     "讲",       "里",       "中",       "时",       "底",       "初",       "条",       "个",       "篇",
     "文",       "新",       "不",       "能",       "会",       "里",       "哪",       "几",       "请",
     "资料",     "地方",     "方面",     "把",       "给",       "到",       "吧",       "嘛",       "呀",
     "别",       "真",       "全"});

}  // namespace

std::span<const word_class> intent_classes() noexcept { return classes; }
std::span<const intent_pattern> intent_patterns() noexcept { return patterns; }
std::string_view intent_frame_words() noexcept { return frame_words; }
std::span<const intent_pattern> intent_han_patterns() noexcept { return han_patterns; }
std::span<const std::string_view> advice_patterns() noexcept { return advice; }
std::span<const std::string_view> advice_han_patterns() noexcept { return advice_han; }
std::span<const std::string_view> price_patterns() noexcept { return price; }
std::span<const std::string_view> price_han_patterns() noexcept { return price_han; }
std::span<const std::string_view> intent_han_frame() noexcept { return han_frame; }

}  // namespace stillholds
