"""What public bodies write about: domains with their duties and the things they look after.

A line `#` opens a duty (a level-2 label; short and long wordings); each line under it lists things by what is
done with them: S systems run, E events held, T trainings, I inspections, W works, G grants paid, P publicity,
R studies, V services. `full/short` gives the short form that indicators use. A line that begins with a space
goes on with the one before.
"""

from dataclasses import dataclass
from random import Random

from tests.damage.wordlist import listed

DOMAINS = """
@教育|教育局|电化教育馆 教育考试院 教师发展中心 学生资助管理中心 青少年活动中心|学生 教师 家长
#教育信息化服务环境建设/负责教育网络和数据安全管理，保障智能技术应用安全
S 线上教育中心/线上教育;S 教育系统视频会议/视频会议;S 中心机房及城域网/中心机房;
 S “教育E卡通”项目/E卡通
#教育宣传/负责教育传媒及教育宣传工作，开展数字智能技术在教育传播中的应用
P 融媒体中心/融媒体;P 教育电视栏目/电视栏目
#信息技术应用研究/承担教育信息技术与人工智能应用研究，开展智慧校园创新实践
E 中小学电脑制作大赛/电脑制作大赛;E 青少年网络信息安全竞赛/信息安全竞赛;R 智慧校园星级评估/智慧校园
#考试招生/组织实施各类教育招生考试，维护考试公平
V 中考阅卷;V 自学考试报名/自学考试;I 标准化考点/考点
@卫健|卫生健康委员会|疾病预防控制中心 妇幼保健院 急救中心 卫生监督所 中心血站|患者 群众 献血者
#疾病防控/负责传染病监测预警，开展重点疾病综合防治
R 传染病监测/传染病;V 适龄儿童预防接种/预防接种;I 病媒生物防制/病媒生物
#院前急救/承担院前医疗急救指挥调度，提高急救反应能力
V 院前急救;S 急救调度指挥平台/调度平台;T 公众急救技能/急救技能
#妇幼健康/推进妇幼健康服务体系建设，保障母婴安全
V 孕产妇健康筛查/孕产妇筛查;V 新生儿疾病筛查/新生儿筛查;G 农村妇女“两癌”检查/两癌检查
#采供血管理/组织无偿献血，保障临床用血安全
P 无偿献血;V 血液采集与检测/血液检测;S 血液冷链设备/血液冷链
@水利|水务局|水文水资源勘测中心 河道管理处 防汛抗旱指挥中心 水利工程质量监督站|群众 用水户
#河湖管护/负责骨干河道管理与保护，落实河长制各项任务
V 骨干河道保洁/河道保洁;I 河湖岸线巡查/岸线巡查;W 幸福河湖
#防汛抗旱/承担防汛物资储备调度，提升水旱灾害防御能力
S 防汛指挥系统/防汛系统;V 防汛物资储备/防汛物资;E 防汛抢险演练/抢险演练
#水资源管理/落实最严格水资源管理制度，促进节约用水
R 取用水户水量监测/取水监测;W 节水型载体;P 世界水日
#工程运行/保障水闸泵站安全运行，推进工程标准化管理
S 水闸泵站自动化系统/泵站;W 病险水闸除险加固/水闸加固
@交通|交通运输局|公路事业发展中心 港航事业发展中心 交通综合执法支队 公共交通管理处|乘客 群众 司机
#公路养护/承担普通国省道养护管理，提升路网服务水平
V 普通国省道养护/国省道;W 危旧桥梁改造/危旧桥梁;V 公路隧道机电维护/隧道机电
#执法监管/开展交通运输综合行政执法，规范运输市场秩序
I 超限超载治理/治超;I 网约车市场/网约车;I 危险货物运输/危货运输
#公共交通/落实公交优先，优化城乡公交一体化服务
G 公交运营补贴/公交;V 定制公交线路/定制公交;E 公交出行宣传周
#智慧交通/推进交通数据资源整合，建设智慧交通体系
S 交通运行监测平台/监测平台;S 视频监控设施/视频监控
@城管|城市管理局|市容环境卫生管理处 市政设施管理处 数字化城市管理中心 停车管理中心|市民 商户
#市容环卫/负责城区道路清扫保洁，推进生活垃圾分类治理
V 城区道路保洁/道路保洁;V 生活垃圾分类/垃圾分类;V 公共厕所管养/公厕
#市政设施/承担市政道路桥梁养护，保障城市照明运行
V 城市桥梁检测养护/城市桥梁;V 城市照明设施/路灯;W 积水点整治/积水点
#数字城管/运行数字化城市管理平台，提升案件处置效能
S 数字城管平台/数字城管;I 户外广告;V 城管案件采集/案件采集
#停车治理/统筹停车资源，缓解停车难问题
W 公共停车泊位/停车泊位;S 智慧停车系统/智慧停车
@农业|农业农村局|农业技术推广中心 动物疫病预防控制中心 农产品质量监测中心 农机推广站|农户 农民 经营主体
#粮食生产/稳定粮食播种面积，推广绿色高产技术
V 高标准农田管护/高标准农田;G 稻谷种植补贴/稻谷补贴;R 农作物新品种试验/新品种
#动物防疫/落实重大动物疫病强制免疫，强化检疫监督
V 动物疫病强制免疫/强制免疫;I 屠宰检疫;R 动物疫病监测/疫病监测
#质量安全/开展农产品质量安全监管，推行合格证制度
I 农产品质量安全抽检/农产品抽检;W 绿色食品基地;T 农产品追溯
#农机推广/推进农业机械化，培育新型职业农民
G 农机购置补贴/农机;T 高素质农民/高素质农民;E 农机作业演示
@文旅|文化广电和旅游局|图书馆 博物馆 文化馆 美术馆 非物质文化遗产保护中心|读者 观众 游客
#公共文化服务/推进公共文化服务体系建设，丰富群众文化生活
V 图书借阅;E 全民阅读节/阅读节;E 文化惠民演出/惠民演出
#文物保护/负责馆藏文物保护与展览，加强不可移动文物管理
W 文物建筑修缮/文物修缮;V 馆藏文物数字化/馆藏文物;E 临时展览
#非遗传承/开展非物质文化遗产调查，扶持代表性传承人
G 非遗传承人补助/传承人;R 非遗项目普查/非遗普查;P 非遗进校园
#旅游推广/策划城市旅游形象推广，规范旅游市场
P 旅游形象推广/旅游推广;I 旅行社经营/旅行社;S 智慧文旅平台/智慧文旅
@民政|民政局|社会福利院 救助管理站 殡仪馆 婚姻登记处 养老服务指导中心|老人 服务对象 家属
#养老服务/健全居家社区养老服务网络，提升机构照护质量
V 居家养老上门服务/居家养老;W 社区助餐点/助餐点;T 养老护理员/护理员
#社会救助/落实最低生活保障制度，做好临时救助工作
G 低保金发放/低保;V 流浪乞讨人员救助/流浪救助;R 低收入家庭核查/低收入核查
#儿童福利/保障孤儿和困境儿童基本生活
G 困境儿童生活费/困境儿童;V 孤残儿童康复/孤残儿童
#社会事务/规范婚姻登记和殡葬服务
V 婚姻登记;V 惠民殡葬;S 地名信息系统/地名系统
@公安|公安局|交通警察支队 出入境管理支队 警官培训中心 刑事科学技术研究所|群众 民警
#交通管理/维护道路交通秩序，预防道路交通事故
S 交通信号控制系统/信号灯;I 酒驾醉驾整治/酒驾;P 文明出行
#社会治安/构建立体化治安防控体系，打击违法犯罪
S 公共安全视频监控/公安监控;V 社区警务室/警务室;E 反诈宣传进社区/反诈
#政务服务/优化出入境证件办理，提升窗口服务水平
V 出入境证件办理/出入境证件;V 身份证制发/身份证
#队伍建设/强化民警实战训练，提升执法规范化水平
T 民警实战/民警训练;E 警营开放日;W 执法办案场所
@档案|档案馆|档案馆 城市建设档案馆 地方志办公室|查档群众 读者
#档案资源建设/负责档案接收征集与整理，丰富馆藏资源
V 档案接收整理/档案整理;V 馆藏档案数字化/档案数字化;R 口述历史采集/口述历史
#档案安全/加强库房管理，确保档案实体与信息安全
S 档案库房恒温恒湿设备/档案库房;S 数字档案馆系统/数字档案
#档案利用/开展查档利用与文化传播
V 查档窗口;E 国际档案日/档案日;P 红色档案
#地方志编修/组织编纂地方志书与年鉴
R 综合年鉴/年鉴;R 地方史料/史料
@生态|生态环境局|环境监测中心 固体废物管理中心 生态环境执法局 核与辐射安全中心|居民 企业
#环境监测/承担大气、水、土壤环境质量监测，发布环境信息
S 空气自动监测站/空气站;R 地表水断面监测/水质断面;R 土壤污染详查/土壤详查
#污染防治/推进挥发性有机物治理，打好污染防治攻坚战
I 挥发性有机物治理/挥发性有机物;W 入河排污口整治/排污口;G 老旧车淘汰补贴/老旧车
#执法应急/开展生态环境执法，提升环境应急能力
I 固废危废规范化/危险废物;E 环境应急演练/环境应急;I 放射源安全/放射源
@人社|人力资源和社会保障局|人才服务中心 社会保险基金管理中心 劳动就业管理中心 劳动监察支队
 |求职者 参保人员 企业
#就业创业/实施就业优先战略，支持创业带动就业
E 高校毕业生招聘会/招聘会;G 创业担保贷款贴息/创业贷款;T 职业技能提升/职业技能
#社会保险/推进社会保险扩面提质，维护基金安全
V 社保待遇核发/社保待遇;S 社保卡服务平台/社保卡;R 社保基金稽核/基金稽核
#劳动关系/加强劳动保障监察，构建和谐劳动关系
I 农民工工资支付/农民工工资;V 劳动人事争议调解/争议调解
@体育|体育局|体育场馆管理中心 全民健身指导中心 体育运动学校 体育彩票管理中心|市民 运动员
#全民健身/健全全民健身公共服务体系，举办群众性赛事
E 城市马拉松/马拉松;V 体育公园管养/体育公园;T 社会体育指导员/体育指导员
#竞技体育/加强后备人才培养，备战重大赛事
V 青少年运动队训练/运动队;E 省运会;R 运动员科学选材/科学选材
#场馆运营/提升公共体育场馆开放服务水平
V 体育场馆免费低收费开放/体育场馆;S 场馆智能化系统/场馆系统
@气象|气象局|气象台 气象灾害防御中心 人工影响天气中心|公众 农户
#预报预警/提高灾害性天气监测预报水平，及时发布预警
V 灾害性天气预警/天气预警;S 天气雷达/雷达;S 区域自动气象站/自动气象站
#气象防灾/开展人工影响天气作业与防雷安全监管
E 人工增雨作业/人工增雨;I 防雷安全/防雷;P 气象科普
"""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a unit looks after: ``kind`` says what is done with it."""

    kind: str
    full: str
    short: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty in its short and its long wording, with its things."""

    short: str
    long: str
    things: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain: who is in charge, which units there are, whom they serve, what their duties are."""

    name: str
    bureau: str
    units: tuple[str, ...]
    people: tuple[str, ...]
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class Style:
    """How an author writes, where it is not the usual way.

    ``abstract``: duties and tasks of words that no indicator has. ``shared``: the same few names under every
    task. ``names``: very short or very long ones. ``sentences`` as targets. ``most`` indicators a task.
    ``bare_unit``: the unit's name without its city.
    """

    abstract: bool = False
    shared: bool = False
    names: str = ""
    sentences: bool = False
    most: int = 0
    has_duties: bool = True
    has_income: bool = True
    full_only: bool = False
    bare_unit: bool = False


PLAIN = Style()


def any_style(rng: Random) -> Style:
    """A style: several of its ways."""
    return Style(
        abstract=rng.random() < 0.35,
        shared=rng.random() < 0.3,
        names=rng.choice(["", "", "short", "long", "brackets"]),
        sentences=rng.random() < 0.3,
        most=rng.choice([0, 0, 3, 3, 20]),
        has_duties=rng.random() < 0.85,
        has_income=rng.random() < 0.85,
        full_only=rng.random() < 0.25,
        bare_unit=rng.random() < 0.2,
    )


def _thing(text: str) -> Thing:
    kind, _, names = text.partition(" ")
    full, _, short = names.partition("/")
    return Thing(kind, full, short or full)


def _domain(block: str) -> Domain:
    head, *lines = block.strip().replace("\n ", "").split("\n")
    name, bureau, units, people = head.split("|")
    duties = []
    for label, things in zip(lines[::2], lines[1::2], strict=True):
        short, long = label.removeprefix("#").split("/")
        duties.append(Duty(short, long, tuple(map(_thing, things.split(";")))))
    return Domain(name, bureau, tuple(units.split()), tuple(people.split()), tuple(duties))


ALL = tuple(_domain(block) for block in DOMAINS.strip().removeprefix("@").split("\n@"))
CITIES = listed("""
    苏州市 无锡市 南京市 常州市 南通市 扬州市 镇江市 泰州市 徐州市 杭州市 宁波市 嘉兴市 合肥市 芜湖市
    武汉市 宜昌市 成都市 绵阳市 广州市 佛山市 青岛市 烟台市 长沙市 岳阳市 昆明市 福州市 厦门市 南昌市
    郑州市 洛阳市
""")
PEOPLE = listed("""
    顾瑞华 陈建明 王海燕 李志强 周雅芳 吴晓东 徐丽娟 沈国平 朱文彬 钱伟 陆静 孙玉梅 何俊 郑凯旋
""")
OFFICES = listed("""
    办公室 总务处 财务处 人事科 综合科 技术科 业务科 信息科 监督科 法规科 规划发展科
""")
