/**
 * Hidden and misleading characters. The pattern names what the normaliser remarks on. In tool definitions they have no
 * excuse. Tag characters spell a text of their own: what it says decides, and it is taken out whatever it says (`mustChange`).
 */
export const unicode = `
# unicode T1402
invisible medium 25/25/60 characters invisible
bidi medium 30/30/60 characters bidi
tags high 35/35/80 characters tags
variation medium 30/30/60 characters variation
private-use low 5/0/40 characters private-use
combining low 20/20/50 characters combining
mixed-script medium 30/30/60 T1301 characters mixed-script
`
