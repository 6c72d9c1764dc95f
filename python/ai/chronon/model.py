# SPDX-License-Identifier: Apache-2.0
# Models whose inputs are the columns of a join. They are compiled and carried along; calling a model
# is not this engine's work.
from ai.chronon.api import ttypes
from ai.chronon.join import DataType


def InferenceSpec(model_backend, model_backend_params=None):
    """Returns which service answers for a model, and with which parameters."""
    return ttypes.InferenceSpec(model_backend, model_backend_params)


def Model(name, inference_spec, input_schema, output_schema):
    """Returns a model; schemas are lists of pairs of name and type."""
    return ttypes.Model(
        metaData=ttypes.MetaData(name=name),
        inferenceSpec=inference_spec,
        inputSchema=DataType.STRUCT(f"model_{name}_inputs", *input_schema),
        outputSchema=DataType.STRUCT(f"model_{name}_outputs", *output_schema),
    )


def ModelTransform(model, input_mappings=None, output_mappings=None, prefix=None):
    """Returns how a model's inputs come from columns of the join, and how its outputs are named."""
    return ttypes.ModelTransform(model, input_mappings, output_mappings, prefix)


def ModelTransforms(transforms, passthrough_fields=None):
    """Returns the models of a join; `passthrough_fields` are kept beside their outputs."""
    return ttypes.ModelTransforms(transforms, passthrough_fields)
