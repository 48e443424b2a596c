"""Shapes of real messages: those of the standard's appendix A with other words, and what warning services send."""

from dataclasses import dataclass
from datetime import datetime

from bangtin.hub.alerts.cap import Place
from bangtin.hub.alerts.cap.shapes import CAP

KIRKWOOD = Place("abroad/kirkwood", "Kirkwood", 38.47, -119.95)
BRAWLEY = Place("abroad/brawley", "Brawley", 32.9525, -115.5527)
ABROAD = (KIRKWOOD, BRAWLEY)
Expected = tuple[str, str, list[str], int | None]


@dataclass(frozen=True)
class Shape:
    """A message, the instant it is judged at, and what it must be taken for."""

    name: str
    body: bytes
    at: datetime
    expected: Expected
    clusters: tuple[str, ...] = ()


def _message(inner: str) -> bytes:
    return f'<?xml version = "1.0" encoding = "UTF-8"?>\n<alert xmlns = "{CAP}">{inner}</alert>'.encode()


# appendix A.1: an advisory without times and with an area that is only described
ADVISORY = _message("""
  <identifier>43b080713727</identifier>
  <sender>hsas@dhs.gov</sender>
  <sent>2003-04-02T14:39:01-05:00</sent>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <info>
    <category>Security</category>
    <event>Advisory level raised</event>
    <urgency>Immediate</urgency>
    <severity>Severe</severity>
    <certainty>Likely</certainty>
    <senderName>A department of the United States</senderName>
    <headline>The level is now orange</headline>
    <web>http://www.example.org/levels?theme=29</web>
    <parameter><valueName>HSAS</valueName><value>ORANGE</value></parameter>
    <resource><resourceDesc>Picture</resourceDesc><mimeType>image/gif</mimeType>
      <uri>http://www.example.org/level.gif</uri></resource>
    <area><areaDesc>The whole country</areaDesc></area>
  </info>""")
# appendix A.2: a warning with a polygon and codes of counties
THUNDERSTORM = _message("""
  <identifier>KSTO1055887203</identifier>
  <sender>KSTO@NWS.NOAA.GOV</sender>
  <sent>2003-06-17T14:57:00-07:00</sent>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <info>
    <category>Met</category>
    <event>SEVERE THUNDERSTORM</event>
    <responseType>Shelter</responseType>
    <urgency>Immediate</urgency>
    <severity>Severe</severity>
    <certainty>Observed</certainty>
    <eventCode><valueName>SAME</valueName><value>SVR</value></eventCode>
    <expires>2003-06-17T16:00:00-07:00</expires>
    <senderName>A weather office</senderName>
    <headline>Thunderstorm over the mountains</headline>
    <area>
      <areaDesc>Mountain counties</areaDesc>
      <polygon>38.47,-120.14 38.34,-119.95 38.52,-119.74 38.62,-119.89 38.47,-120.14</polygon>
      <geocode><valueName>SAME</valueName><value>006109</value></geocode>
      <geocode><valueName>SAME</valueName><value>006009</value></geocode>
    </area>
  </info>""")
# appendix A.3: an update, without an end, with a circle of no width
EARTHQUAKE = _message("""
  <identifier>TRI13970876.2</identifier>
  <sender>trinet@caltech.edu</sender>
  <sent>2003-06-11T20:56:00-07:00</sent>
  <status>Actual</status>
  <msgType>Update</msgType>
  <scope>Public</scope>
  <references>trinet@caltech.edu,TRI13970876.1,2003-06-11T20:30:00-07:00</references>
  <info>
    <category>Geo</category>
    <event>Earthquake</event>
    <urgency>Past</urgency>
    <severity>Minor</severity>
    <certainty>Observed</certainty>
    <headline>A small quake in the valley</headline>
    <parameter><valueName>EventID</valueName><value>13970876</value></parameter>
    <area><areaDesc>Two kilometres from the town</areaDesc><circle>32.9525,-115.5527 0</circle></area>
  </info>""")
# appendix A.4: a message in two languages of which the first is not named
CHILD = _message("""
  <identifier>KAR0-0306112239-SW</identifier>
  <sender>KARO@CLETS.DOJ.CA.GOV</sender>
  <sent>2003-06-11T22:39:00-07:00</sent>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <source>SW</source>
  <scope>Public</scope>
  <info><language>en-US</language><category>Rescue</category><event>Child missing</event>
    <urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>
    <eventCode><valueName>SAME</valueName><value>CAE</value></eventCode>
    <headline>A child is missing</headline>
    <area><areaDesc>A county</areaDesc><geocode><valueName>SAME</valueName><value>006037</value></geocode></area></info>
  <info><language>es-US</language><category>Rescue</category><event>Niño perdido</event>
    <urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>
    <eventCode><valueName>SAME</valueName><value>CAE</value></eventCode>
    <headline>Se busca a un niño</headline>
    <area><areaDesc>Un condado</areaDesc>
    <geocode><valueName>SAME</valueName><value>006037</value></geocode></area></info>
  """)
# as European services write: prefixes, several languages, one of them expired, onset, many parameters, `-00:00`
EUROPEAN = (
    f"""<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<cap:alert xmlns:cap="{CAP}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<cap:identifier>2.49.0.0.704.0.VN.20261122033000.0001</cap:identifier><cap:sender>https://kttv.example.vn</cap:sender>
<cap:sent>2026-11-22T03:30:00-00:00</cap:sent><cap:status>Actual</cap:status><cap:msgType>Alert</cap:msgType>
<cap:source>Trung tâm dự báo</cap:source><cap:scope>Public</cap:scope><cap:code>profile:1</cap:code>
"""
    + "".join(
        f"""<cap:info><cap:language>{language}</cap:language><cap:category>Met</cap:category>
<cap:event>{event}</cap:event><cap:responseType>Prepare</cap:responseType><cap:urgency>Future</cap:urgency><cap:severity>Moderate</cap:severity>
<cap:certainty>Possible</cap:certainty><cap:eventCode><cap:valueName>OET:v1.2</cap:valueName>
<cap:value>OET-096</cap:value></cap:eventCode><cap:effective>2026-11-22T03:30:00-00:00</cap:effective><cap:onset>2026-11-22T06:00:00-00:00</cap:onset>
<cap:expires>{expires}</cap:expires><cap:headline>{event}</cap:headline>
<cap:parameter><cap:valueName>awareness_level</cap:valueName><cap:value>2; yellow; Moderate</cap:value></cap:parameter>
<cap:parameter><cap:valueName>CapDoRuiRoThienTai</cap:valueName><cap:value>2</cap:value></cap:parameter>
<cap:area><cap:areaDesc>Cao Bằng</cap:areaDesc><cap:geocode><cap:valueName>ISO3166-2</cap:valueName>
<cap:value>VN-04</cap:value></cap:geocode></cap:area></cap:info>"""
        for language, event, expires in (
            ("vi-VN", "Mưa lớn", "2026-11-22T18:00:00-00:00"),
            ("en-GB", "Heavy rain", "2026-11-22T04:00:00-00:00"),
            ("zh-CN", "大雨", "2026-11-22T17:00:00-00:00"),
        )
    )
    + "</cap:alert>"
)
# as a service of many alerts writes when it takes one back: no info, several references, a note
TAKEN_BACK = _message("""
  <identifier>urn:oid:2.49.0.1.840.0.abc.002.1</identifier>
  <sender>w-nws.webmaster@noaa.gov</sender>
  <sent>2026-11-22T11:00:00+07:00</sent>
  <status>Actual</status>
  <msgType>Cancel</msgType>
  <scope>Public</scope>
  <code>IPAWSv1.0</code>
  <note>Issued by mistake</note>
  <references>w-nws.webmaster@noaa.gov,urn:oid:2.49.0.1.840.0.abc.001.1,2026-11-22T10:00:00+07:00
    w-nws.webmaster@noaa.gov,urn:oid:2.49.0.1.840.0.abc.001.2,2026-11-22T10:05:00+07:00</references>""")


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


NOON = _at("2026-11-22T12:00:00+07:00")
SHAPES = (
    Shape("advisory", ADVISORY, _at("2003-04-02T15:00:00-05:00"), ("ignore", "no_area", ["en-US"], None)),
    Shape(
        "storm in force",
        THUNDERSTORM,
        _at("2003-06-17T15:00:00-07:00"),
        ("air", "new", ["en-US"], None),
        (KIRKWOOD.id,),
    ),
    Shape("storm past", THUNDERSTORM, NOON, ("ignore", "expired", [], None)),
    Shape(
        "earthquake", EARTHQUAKE, _at("2003-06-11T21:00:00-07:00"), ("wait", "no_end", ["en-US"], None), (BRAWLEY.id,)
    ),
    Shape("child", CHILD, _at("2003-06-11T23:00:00-07:00"), ("ignore", "no_area", ["en-US", "es-US"], None)),
    Shape(
        "european",
        EUROPEAN.encode(),
        NOON,
        ("air", "new", ["vi-VN", "zh-CN"], 2),
        ("cao-bang/ta-lung", "cao-bang/trung-khanh"),
    ),
    Shape("taken back", TAKEN_BACK, NOON, ("cancel", "cancel", [], None)),
)
