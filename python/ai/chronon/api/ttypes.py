# SPDX-License-Identifier: Apache-2.0
# The structs and enums of a config. Order of FIELDS is the order of the thrift ids, which is the
# order in the compiled JSON and of positional arguments: never reorder.
from ai.chronon.struct import Struct


class _EnumType(type):
    """Adds the two look-up maps that thrift's Python enums have."""

    def __init__(cls, name, bases, members):
        super().__init__(name, bases, members)
        cls._NAMES_TO_VALUES = {k: v for k, v in members.items() if k.isupper() and k[0] != "_"}
        cls._VALUES_TO_NAMES = {v: k for k, v in cls._NAMES_TO_VALUES.items()}


class Operation(metaclass=_EnumType):
    MIN = 0
    MAX = 1
    FIRST = 2
    LAST = 3
    UNIQUE_COUNT = 4
    APPROX_UNIQUE_COUNT = 5
    COUNT = 6
    SUM = 7
    AVERAGE = 8
    VARIANCE = 9
    SKEW = 10
    KURTOSIS = 11
    APPROX_PERCENTILE = 12
    LAST_K = 13
    FIRST_K = 14
    TOP_K = 15
    BOTTOM_K = 16
    HISTOGRAM = 17
    APPROX_HISTOGRAM_K = 18
    BOUNDED_UNIQUE_COUNT = 19


class TimeUnit(metaclass=_EnumType):
    HOURS = 0
    DAYS = 1


class Accuracy(metaclass=_EnumType):
    TEMPORAL = 0
    SNAPSHOT = 1


class DataKind(metaclass=_EnumType):
    BOOLEAN = 0
    BYTE = 1
    SHORT = 2
    INT = 3
    LONG = 4
    FLOAT = 5
    DOUBLE = 6
    STRING = 7
    BINARY = 8
    DATE = 9
    TIMESTAMP = 10
    MAP = 11
    LIST = 12
    STRUCT = 13


_STRINGS = ("list", "string")
_STRING_MAP = ("map", "string")


class Query(Struct):
    FIELDS = (
        ("selects", _STRING_MAP),
        ("wheres", _STRINGS),
        ("startPartition", "string"),
        ("endPartition", "string"),
        ("timeColumn", "string"),
        ("setups", _STRINGS),
        ("mutationTimeColumn", "string"),
        ("reversalColumn", "string"),
        ("partitionColumn", "string"),
    )

    @classmethod
    def default_of(cls, name):
        return [] if name == "setups" else None


class StagingQuery(Struct):
    FIELDS = (
        ("metaData", "MetaData"),
        ("query", "string"),
        ("startPartition", "string"),
        ("setups", _STRINGS),
        ("createView", "bool"),
    )


class EventSource(Struct):
    FIELDS = (
        ("table", "string"),
        ("topic", "string"),
        ("query", "Query"),
        ("isCumulative", "bool"),
    )


class EntitySource(Struct):
    FIELDS = (
        ("snapshotTable", "string"),
        ("mutationTable", "string"),
        ("mutationTopic", "string"),
        ("query", "Query"),
    )


class ExternalSourceFactoryConfig(Struct):
    FIELDS = (("factoryName", "string"), ("factoryParams", _STRING_MAP))


class ExternalSource(Struct):
    FIELDS = (
        ("metadata", "MetaData"),
        ("keySchema", "TDataType"),
        ("valueSchema", "TDataType"),
        ("factoryConfig", "ExternalSourceFactoryConfig"),
        ("offlineGroupBy", "GroupBy"),
    )


class JoinSource(Struct):
    FIELDS = (("join", "Join"), ("query", "Query"))


class Source(Struct):
    UNION = True
    FIELDS = (
        ("events", "EventSource"),
        ("entities", "EntitySource"),
        ("joinSource", "JoinSource"),
    )


class Window(Struct):
    FIELDS = (("length", "i32"), ("timeUnit", "TimeUnit"))


class Aggregation(Struct):
    FIELDS = (
        ("inputColumn", "string"),
        ("operation", "Operation"),
        ("argMap", _STRING_MAP),
        ("windows", ("list", "Window")),
        ("buckets", _STRINGS),
        ("elementWise", "bool"),
    )


class AggregationPart(Struct):
    FIELDS = (
        ("inputColumn", "string"),
        ("operation", "Operation"),
        ("argMap", _STRING_MAP),
        ("window", "Window"),
        ("bucket", "string"),
        ("elementWise", "bool"),
    )


class MetaData(Struct):
    FIELDS = (
        ("name", "string"),
        ("online", "bool"),
        ("production", "bool"),
        ("customJson", "string"),
        ("dependencies", _STRINGS),
        ("tableProperties", _STRING_MAP),
        ("outputNamespace", "string"),
        ("team", "string"),
        ("modeToEnvMap", ("map", _STRING_MAP)),
        ("consistencyCheck", "bool"),
        ("samplePercent", "double"),
        ("offlineSchedule", "string"),
        ("consistencySamplePercent", "double"),
        ("historicalBackfill", "bool"),
        ("deprecationDate", "string"),
        ("description", "string"),
    )


class Derivation(Struct):
    FIELDS = (("name", "string"), ("expression", "string"), ("metaData", "MetaData"))


class GroupBy(Struct):
    FIELDS = (
        ("metaData", "MetaData"),
        ("sources", ("list", "Source")),
        ("keyColumns", _STRINGS),
        ("aggregations", ("list", "Aggregation")),
        ("accuracy", "Accuracy"),
        ("backfillStartDate", "string"),
        ("derivations", ("list", "Derivation")),
        ("isIncremental", "bool"),
    )


class JoinPart(Struct):
    FIELDS = (("groupBy", "GroupBy"), ("keyMapping", _STRING_MAP), ("prefix", "string"))


class ExternalPart(Struct):
    FIELDS = (("source", "ExternalSource"), ("keyMapping", _STRING_MAP), ("prefix", "string"))


class BootstrapPart(Struct):
    FIELDS = (
        ("metaData", "MetaData"),
        ("table", "string"),
        ("query", "Query"),
        ("keyColumns", _STRINGS),
    )


class LabelPart(Struct):
    FIELDS = (
        ("labels", ("list", "JoinPart")),
        ("leftStartOffset", "i32"),
        ("leftEndOffset", "i32"),
        ("metaData", "MetaData"),
    )


class Join(Struct):
    FIELDS = (
        ("metaData", "MetaData"),
        ("left", "Source"),
        ("joinParts", ("list", "JoinPart")),
        ("skewKeys", ("map", _STRINGS)),
        ("onlineExternalParts", ("list", "ExternalPart")),
        ("labelPart", "LabelPart"),
        ("bootstrapParts", ("list", "BootstrapPart")),
        ("rowIds", _STRINGS),
        ("derivations", ("list", "Derivation")),
        ("modelTransforms", "ModelTransforms"),
    )


class DataField(Struct):
    FIELDS = (("name", "string"), ("dataType", "TDataType"))


class TDataType(Struct):
    FIELDS = (("kind", "DataKind"), ("params", ("list", "DataField")), ("name", "string"))


class GroupByServingInfo(Struct):
    FIELDS = (
        ("groupBy", "GroupBy"),
        ("inputAvroSchema", "string"),
        ("selectedAvroSchema", "string"),
        ("keyAvroSchema", "string"),
        ("batchEndDate", "string"),
        ("dateFormat", "string"),
    )


class InferenceSpec(Struct):
    FIELDS = (("modelBackend", "string"), ("modelBackendParams", _STRING_MAP))


class Model(Struct):
    FIELDS = (
        ("metaData", "MetaData"),
        ("inferenceSpec", "InferenceSpec"),
        ("inputSchema", "TDataType"),
        ("outputSchema", "TDataType"),
    )


class ModelTransform(Struct):
    FIELDS = (
        ("model", "Model"),
        ("inputMappings", _STRING_MAP),
        ("outputMappings", _STRING_MAP),
        ("prefix", "string"),
    )


class ModelTransforms(Struct):
    FIELDS = (("transforms", ("list", "ModelTransform")), ("passthroughFields", _STRINGS))
