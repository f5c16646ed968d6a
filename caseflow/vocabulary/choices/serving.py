"""Choices of the service of a paper (送达), 实施细则 articles 101 to 106."""

from __future__ import annotations

from caseflow.vocabulary.terms import Term


class PersonalService(Term):
    """How a paper reaches its addressee, where it is not announced."""

    DIRECT = "direct", "直接送达", "Direct"
    LEFT = "left", "留置送达", "Left"
    ENTRUSTED = "entrusted", "委托送达", "Entrusted"
    POST = "post", "邮寄送达", "Post"


class OnTheSpotService(Term):
    """How a notice is served that is carried out there and then, as books are taken."""

    DIRECT = "direct", "直接送达", "Direct"
    LEFT = "left", "留置送达", "Left"


class ServicePlace(Term):
    """Where service was attempted."""

    REGISTERED_ADDRESS = "registered_address", "注册地址", "Registered address"
    BUSINESS_ADDRESS = "business_address", "生产经营地址", "Business address"
    OTHER = "other", "其他地点", "Other place"


class NoticeMedium(Term):
    """Where a service by announcement is published."""

    DISTRICT_WEBSITE = "district_website", "区（县）级税务网站", "County-level tax website"
    NEWSPAPER = "newspaper", "报纸", "Newspaper"
    SERVICE_HALL = "service_hall", "办税服务厅公告栏", "Notice board of the service hall"
