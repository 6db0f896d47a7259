/** The value of one CSS property. Numbers are written without a unit. */
type StyleValue = string | number | false | null | undefined;

/** CSS properties that the type of `styles({ … })` knows in camelCase. Others can be written as in CSS. */
type Property =
  | "accentColor" | "alignContent" | "alignItems" | "alignSelf" | "all" | "anchorName" | "animation"
  | "animationComposition" | "animationDelay" | "animationDirection" | "animationDuration" | "animationFillMode"
  | "animationIterationCount" | "animationName" | "animationPlayState" | "animationRange" | "animationTimeline"
  | "animationTimingFunction" | "appearance" | "aspectRatio" | "backdropFilter" | "backfaceVisibility" | "background"
  | "backgroundAttachment" | "backgroundBlendMode" | "backgroundClip" | "backgroundColor" | "backgroundImage"
  | "backgroundOrigin" | "backgroundPosition" | "backgroundPositionX" | "backgroundPositionY" | "backgroundRepeat"
  | "backgroundSize" | "blockSize" | "border" | "borderBlock" | "borderBlockColor" | "borderBlockEnd" | "borderBlockStart"
  | "borderBlockStyle" | "borderBlockWidth" | "borderBottom" | "borderBottomColor" | "borderBottomLeftRadius"
  | "borderBottomRightRadius" | "borderBottomStyle" | "borderBottomWidth" | "borderCollapse" | "borderColor"
  | "borderEndEndRadius" | "borderEndStartRadius" | "borderImage" | "borderInline" | "borderInlineColor"
  | "borderInlineEnd" | "borderInlineStart" | "borderInlineStyle" | "borderInlineWidth" | "borderLeft" | "borderLeftColor"
  | "borderLeftStyle" | "borderLeftWidth" | "borderRadius" | "borderRight" | "borderRightColor" | "borderRightStyle"
  | "borderRightWidth" | "borderSpacing" | "borderStartEndRadius" | "borderStartStartRadius" | "borderStyle" | "borderTop"
  | "borderTopColor" | "borderTopLeftRadius" | "borderTopRightRadius" | "borderTopStyle" | "borderTopWidth" | "borderWidth"
  | "bottom" | "boxDecorationBreak" | "boxShadow" | "boxSizing" | "breakAfter" | "breakBefore" | "breakInside"
  | "captionSide" | "caretColor" | "clear" | "clip" | "clipPath" | "clipRule" | "color" | "colorScheme" | "columnCount"
  | "columnFill" | "columnGap" | "columnRule" | "columnRuleColor" | "columnRuleStyle" | "columnRuleWidth" | "columnSpan"
  | "columnWidth" | "columns" | "contain" | "containIntrinsicSize" | "container" | "containerName" | "containerType"
  | "content" | "contentVisibility" | "counterIncrement" | "counterReset" | "counterSet" | "cursor" | "cx" | "cy" | "d"
  | "direction" | "display" | "dominantBaseline" | "emptyCells" | "fieldSizing" | "fill" | "fillOpacity" | "fillRule"
  | "filter" | "flex" | "flexBasis" | "flexDirection" | "flexFlow" | "flexGrow" | "flexShrink" | "flexWrap" | "float"
  | "floodColor" | "floodOpacity" | "font" | "fontFamily" | "fontFeatureSettings" | "fontKerning" | "fontOpticalSizing"
  | "fontPalette" | "fontSize" | "fontSizeAdjust" | "fontStretch" | "fontStyle" | "fontSynthesis" | "fontVariant"
  | "fontVariantCaps" | "fontVariantNumeric" | "fontVariationSettings" | "fontWeight" | "forcedColorAdjust" | "gap"
  | "grid" | "gridArea" | "gridAutoColumns" | "gridAutoFlow" | "gridAutoRows" | "gridColumn" | "gridColumnEnd"
  | "gridColumnStart" | "gridRow" | "gridRowEnd" | "gridRowStart" | "gridTemplate" | "gridTemplateAreas"
  | "gridTemplateColumns" | "gridTemplateRows" | "hangingPunctuation" | "height" | "hyphenateCharacter" | "hyphens"
  | "imageRendering" | "inlineSize" | "inset" | "insetBlock" | "insetBlockEnd" | "insetBlockStart" | "insetInline"
  | "insetInlineEnd" | "insetInlineStart" | "isolation" | "justifyContent" | "justifyItems" | "justifySelf" | "left"
  | "letterSpacing" | "lineBreak" | "lineClamp" | "lineHeight" | "listStyle" | "listStylePosition" | "listStyleType"
  | "margin" | "marginBlock" | "marginBlockEnd" | "marginBlockStart" | "marginBottom" | "marginInline" | "marginInlineEnd"
  | "marginInlineStart" | "marginLeft" | "marginRight" | "marginTop" | "mask" | "maskClip" | "maskComposite" | "maskImage"
  | "maskMode" | "maskOrigin" | "maskPosition" | "maskRepeat" | "maskSize" | "maxBlockSize" | "maxHeight" | "maxInlineSize"
  | "maxWidth" | "minBlockSize" | "minHeight" | "minInlineSize" | "minWidth" | "mixBlendMode" | "objectFit"
  | "objectPosition" | "offset" | "offsetAnchor" | "offsetDistance" | "offsetPath" | "offsetPosition" | "offsetRotate"
  | "opacity" | "order" | "orphans" | "outline" | "outlineColor" | "outlineOffset" | "outlineStyle" | "outlineWidth"
  | "overflow" | "overflowAnchor" | "overflowBlock" | "overflowClipMargin" | "overflowInline" | "overflowWrap"
  | "overflowX" | "overflowY" | "overscrollBehavior" | "overscrollBehaviorX" | "overscrollBehaviorY" | "padding"
  | "paddingBlock" | "paddingBlockEnd" | "paddingBlockStart" | "paddingBottom" | "paddingInline" | "paddingInlineEnd"
  | "paddingInlineStart" | "paddingLeft" | "paddingRight" | "paddingTop" | "paintOrder" | "perspective"
  | "perspectiveOrigin" | "placeContent" | "placeItems" | "placeSelf" | "pointerEvents" | "position" | "positionAnchor"
  | "positionArea" | "positionTry" | "printColorAdjust" | "quotes" | "r" | "resize" | "right" | "rotate" | "rowGap"
  | "rubyAlign" | "rubyPosition" | "rx" | "ry" | "scale" | "scrollBehavior" | "scrollMargin" | "scrollMarginBlock"
  | "scrollMarginBottom" | "scrollMarginInline" | "scrollMarginLeft" | "scrollMarginRight" | "scrollMarginTop"
  | "scrollPadding" | "scrollPaddingBlock" | "scrollPaddingBottom" | "scrollPaddingInline" | "scrollPaddingLeft"
  | "scrollPaddingRight" | "scrollPaddingTop" | "scrollSnapAlign" | "scrollSnapStop" | "scrollSnapType" | "scrollTimeline"
  | "scrollbarColor" | "scrollbarGutter" | "scrollbarWidth" | "shapeImageThreshold" | "shapeMargin" | "shapeOutside"
  | "stopColor" | "stopOpacity" | "stroke" | "strokeDasharray" | "strokeDashoffset" | "strokeLinecap" | "strokeLinejoin"
  | "strokeMiterlimit" | "strokeOpacity" | "strokeWidth" | "tabSize" | "tableLayout" | "textAlign" | "textAlignLast"
  | "textAnchor" | "textBoxTrim" | "textCombineUpright" | "textDecoration" | "textDecorationColor" | "textDecorationLine"
  | "textDecorationSkipInk" | "textDecorationStyle" | "textDecorationThickness" | "textEmphasis" | "textEmphasisColor"
  | "textEmphasisPosition" | "textEmphasisStyle" | "textIndent" | "textJustify" | "textOrientation" | "textOverflow"
  | "textRendering" | "textShadow" | "textSizeAdjust" | "textTransform" | "textUnderlineOffset" | "textUnderlinePosition"
  | "textWrap" | "textWrapMode" | "textWrapStyle" | "timelineScope" | "top" | "touchAction" | "transform" | "transformBox"
  | "transformOrigin" | "transformStyle" | "transition" | "transitionBehavior" | "transitionDelay" | "transitionDuration"
  | "transitionProperty" | "transitionTimingFunction" | "translate" | "unicodeBidi" | "userSelect" | "vectorEffect"
  | "verticalAlign" | "viewTimeline" | "viewTransitionName" | "visibility" | "whiteSpace" | "whiteSpaceCollapse" | "widows"
  | "width" | "willChange" | "wordBreak" | "wordSpacing" | "writingMode" | "x" | "y" | "zIndex" | "zoom";

/**
 * CSS declarations: properties in camelCase or as in CSS, custom properties with their two hyphens. Numbers are written
 * without a unit; `false`, `null` and `undefined` leave a declaration out.
 */
export interface StyleMap extends Readonly<Partial<Record<Property, StyleValue>>> {
  readonly [hyphenated: `${string}-${string}`]: StyleValue;
  readonly [prefixed: `Webkit${string}`]: StyleValue;
}

/** Declarations for a template's `style`, made by `styles()`. A separate type, so that no other object passes for them. */
export class Styles {
  readonly #declarations: Readonly<Record<string, unknown>>;

  constructor(map: StyleMap) {
    this.#declarations = { ...map };
  }

  get declarations(): Readonly<Record<string, unknown>> {
    return this.#declarations;
  }
}

/**
 * CSS declarations that depend on values, for `style=${…}` in a template. If there are none, the attribute is left out. As
 * with `classes`, a template takes no bare object here; `spread({ style: … })` does.
 *
 * @param map properties in camelCase or as in CSS; `false`, `null` and `undefined` leave one out
 * @example
 * html`<p style=${styles({ color, width: `${percent}%`, "--size": 2, fontFamily: '"Inter", sans-serif' })}></p>`
 */
export function styles(map: StyleMap): Styles {
  return new Styles(map);
}
